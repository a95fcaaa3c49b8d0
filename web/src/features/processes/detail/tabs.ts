export const TABS = ['overview', 'definition', 'steps', 'runs', 'triggers', 'versions'] as const;
export type Tab = (typeof TABS)[number];
