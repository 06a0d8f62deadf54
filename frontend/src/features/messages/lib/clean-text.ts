/** The text as the server stores it: without blank lines before it and white space after it. */
export function cleanText(text: string): string {
  return text.trimEnd().replace(/^[\r\n]+/u, "");
}
