import { Component, type ReactNode } from "react";

import { Button } from "@/shared/components/button";
import { Notice } from "@/shared/components/notice";
import { useTexts } from "@/shared/texts/use-texts";

interface LoadingBoundaryProps {
  readonly children: ReactNode;
}

/** Catches that a page's script could not be loaded: without a connection, or after a new version was installed. */
export class LoadingBoundary extends Component<LoadingBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? <NotShown /> : this.props.children;
  }
}

function NotShown() {
  const texts = useTexts();
  return (
    <main className="whole-screen">
      <Notice page title={texts.app.pageNotShown}>
        <p>{texts.app.checkAndLoad}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {texts.app.loadAgain}
        </Button>
      </Notice>
    </main>
  );
}
