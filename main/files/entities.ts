const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as content or attribute value of HTML and XML: nothing in it is markup. */
export function withEntities(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string);
}
