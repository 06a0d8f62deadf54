import { Component, type ReactNode } from "react";

import { Button } from "@/shared/components/button";
import { Notice } from "@/shared/components/notice";

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
    if (!this.state.failed) return this.props.children;
    return (
      <main className="whole-screen">
        <Notice page title="This page could not be shown">
          <p>Check the connection and load it again.</p>
          <Button look="primary" onClick={() => location.reload()}>
            Load again
          </Button>
        </Notice>
      </main>
    );
  }
}
