import { useState, type ReactNode } from "react";

import { Button } from "@/shared/components/button";

interface SectionProps {
  /** What its picture is called. */
  readonly name: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** Components that belong together; one picture of the tests. */
export function Section({ name, title, children }: SectionProps) {
  return (
    <section className="section" data-section={name}>
      <h2 className="title">{title}</h2>
      {children}
    </section>
  );
}

interface SpecimenProps {
  /** Which state it is in. */
  readonly state: string;
  readonly children: ReactNode;
}

/** One component in one state. */
export function Specimen({ state, children }: SpecimenProps) {
  return (
    <figure className="specimen">
      <figcaption>{state}</figcaption>
      {children}
    </figure>
  );
}

interface DialogSpecimenProps {
  /** What its picture is called. */
  readonly name: string;
  readonly children: (close: () => void) => ReactNode;
}

/** A dialog, behind a button: one is open at a time, and each is a picture of the tests. */
export function DialogSpecimen({ name, children }: DialogSpecimenProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button data-dialog={name} onClick={() => setOpen(true)}>
        {name}
      </Button>
      {open && children(() => setOpen(false))}
    </>
  );
}
