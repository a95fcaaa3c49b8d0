/** How the API's lists are read page by page: the options of `api.useInfiniteQuery`. */

export const byCursor = {
  pageParamName: 'cursor',
  // Not undefined: the client would ask for page 0 then; null is left out of the address.
  initialPageParam: null,
  getNextPageParam: (page: { next?: string | null }): string | null => page.next ?? null,
};
