/** Text without the sign that it ends with, once or many times; in linear time, which `/\t+$/` does not take within a text. */
export function withoutEnding(text: string, sign: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === sign) end--;
  return text.slice(0, end);
}
