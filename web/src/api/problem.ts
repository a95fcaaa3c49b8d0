/** What went wrong, as the API says it (problem+json, RFC 9457), or as it must be said when the API can't be reached. */

import { sentence } from '../lib/sentence';
import type { components } from './schema';

type Details = components['schemas']['ProblemDetails'];
export type ProblemKind = Details['kind'] | 'unreachable';

export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    readonly kind: ProblemKind,
    readonly code: string,
    /** One sentence for the person who can act on it. */
    readonly detail: string,
    readonly extra: Partial<Details> & Record<string, unknown> = {},
  ) {
    super(detail);
  }

  get requestId(): string | null {
    return this.extra.request_id ?? null;
  }

  get rule(): string | null {
    return this.extra.rule ?? null;
  }

  get whoCanChange(): string | null {
    return this.extra.who_can_change ?? null;
  }

  /** Nobody is signed in any more; not that a sign-in was refused. */
  get isSignedOut(): boolean {
    return this.code === 'identity.missing' || this.code === 'session.ended';
  }

  get isRetryable(): boolean {
    return this.extra.retryable ?? false;
  }

  /** What is wrong with the input, by the path of the field, as in `details.port`. */
  get byField(): ReadonlyMap<string, string> {
    const { problems = [], field: only } = this.extra;
    const all = problems.map(({ field, message }): [string, string] => [field ?? '', sentence(message ?? '')]);
    return new Map(all.length === 0 && only ? [[only, sentence(withoutField(this.detail, only))]] : all);
  }
}

/** Beside its field a message needn't name it. */
function withoutField(detail: string, field: string): string {
  return detail.startsWith(field) ? detail.slice(field.length).replace(/^:? +/, '') : detail;
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  let body: Partial<Details> = {};
  try {
    body = (await response.json()) as Partial<Details>;
  } catch {
    // No JSON: a proxy in between answered, not Jackfield.
  }
  return new ApiProblem(
    response.status,
    body.kind ?? 'unexpected',
    body.code ?? `http.${response.status}`,
    body.detail ?? `${response.status} ${response.statusText}`,
    body,
  );
}

/** There was no answer at all. */
export function unreachable(): ApiProblem {
  return new ApiProblem(0, 'unreachable', 'server.unreachable', 'The server can’t be reached.', { retryable: true });
}

export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return new ApiProblem(0, 'unexpected', 'page.failed', error instanceof Error ? error.message : String(error));
}
