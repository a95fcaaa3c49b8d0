/** The API's messages begin small, for logs and terminals, and may name the field first; a page's sentences don't. */
export function sentence(message: string): string {
  const text = message.replace(/^(details|credentials)(\.[\w.]+)?: /, '');
  const isAddress = /^\S+:\/\//.test(text);
  return (isAddress ? text.charAt(0) : text.charAt(0).toLocaleUpperCase()) + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}
