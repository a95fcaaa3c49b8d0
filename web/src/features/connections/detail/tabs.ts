export const TABS = ['overview', 'try', 'uses', 'people', 'why', 'activity', 'health'] as const;
export type Tab = (typeof TABS)[number];
