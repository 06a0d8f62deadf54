interface LogoProps {
  readonly size: number;
}

/** The product's mark; its name stands beside it. */
export function Logo({ size }: LogoProps) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <path
        fill="#0f766e"
        d="M9 3h14a6 6 0 0 1 6 6v9a6 6 0 0 1-6 6h-8.6l-6 4.7A1.5 1.5 0 0 1 6 27.5v-4.2A6 6 0 0 1 3 18V9a6 6 0 0 1 6-6z"
      />
      <path fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" d="M10 11h12M10 16.5h8" />
    </svg>
  );
}
