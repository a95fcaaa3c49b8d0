/** Where the parts of a JSON text stand in it. */

/** A line of a text, counted from 1, and the characters from which to which it goes. */
export interface Position {
  line: number;
  start: number;
  end: number;
}

/** Where each value of a JSON text stands, by its JSON pointer (RFC 6901). The text is one that `JSON.parse` reads. */
export function positionsIn(text: string): ReadonlyMap<string, Position> {
  const found = new Map<string, Position>();
  let at = 0;
  let line = 1;

  const skip = () => {
    while (at < text.length && ' \t\r\n,:'.includes(text.charAt(at))) {
      if (text[at] === '\n') line += 1;
      at += 1;
    }
  };
  const readString = (): string => {
    const start = at;
    at += 1;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at += 1;
    return JSON.parse(text.slice(start, at)) as string;
  };
  const readValue = (pointer: string, start: number, startLine: number) => {
    const opening = text[at];
    if (opening === '{' || opening === '[') {
      at += 1;
      for (let index = 0; ; index += 1) {
        skip();
        if (at >= text.length || text[at] === '}' || text[at] === ']') break;
        const [memberStart, memberLine] = [at, line];
        const name = opening === '{' ? readString().replaceAll('~', '~0').replaceAll('/', '~1') : String(index);
        skip();
        readValue(`${pointer}/${name}`, memberStart, memberLine);
      }
      at += 1;
    } else if (opening === '"') {
      readString();
    } else {
      while (at < text.length && !' \t\r\n,]}'.includes(text.charAt(at))) at += 1;
    }
    found.set(pointer, { line: startLine, start, end: at });
  };

  skip();
  readValue('', at, line);
  return found;
}

/** Where a pointer leads, or as near to it as there is something: what is missing has no place of its own. */
export function nearest(positions: ReadonlyMap<string, Position>, pointer: string): Position | undefined {
  for (let asked = pointer; ; asked = asked.slice(0, asked.lastIndexOf('/'))) {
    const found = positions.get(asked);
    if (found || asked === '' || !asked.includes('/')) return found ?? positions.get('');
  }
}

/** What is wrong with a text that is to be a JSON object: the line, where the browser says it. Null: nothing is. */
export function jsonProblem(text: string): { line: number | null } | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : { line: 1 };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const said = /line (\d+)/.exec(message)?.[1];
    if (said) return { line: Number(said) };
    const place = /position (\d+)/.exec(message)?.[1];
    if (place) return { line: text.slice(0, Number(place)).split('\n').length };
    return { line: /end of|unterminated/i.test(message) ? text.split('\n').length : null };
  }
}
