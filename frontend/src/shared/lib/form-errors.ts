import { ApiError } from "@/shared/api/api-error";

/** What is wrong, by the name of the field; `form` is what concerns none of them. */
export type FormErrors<Field extends string> = Partial<Record<Field | "form", string>>;

/** Puts a refusal beside the fields it is about. */
export function formErrors<Field extends string>(
  error: unknown,
  problem: string | null,
  fields: readonly Field[],
): FormErrors<Field> {
  if (problem === null) return {};
  const named = error instanceof ApiError ? fields.filter((field) => error.fields.includes(field)) : [];
  if (named.length === 0) return { form: problem } as FormErrors<Field>;
  return Object.fromEntries(named.map((field) => [field, problem])) as FormErrors<Field>;
}

/** The text of a form's field. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
