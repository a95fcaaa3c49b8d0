import { useEffect, useRef, type ReactNode } from 'react';
import { Tabs } from '@mantine/core';
import classes from './PageTabs.module.css';

export interface PagePart {
  label: string;
  content: ReactNode;
  /** What one may not use or read isn't offered; who comes by its address is told why. */
  isOffered?: boolean;
}

interface PageTabsProps<T extends string> {
  /** What the parts are called together. */
  label: string;
  /** In their order; the first is what the page opens with. */
  order: readonly T[];
  parts: Record<T, PagePart>;
  chosen: T;
  /** Without a name for the first, whose address is the page's own. */
  onChoose: (part: T | undefined) => void;
}

const MANY = 8;

/** The parts of a page, one of them shown. */
export function PageTabs<T extends string>({ label, order, parts, chosen, onChoose }: PageTabsProps<T>) {
  const shown = order.filter((one) => one === chosen || parts[one].isOffered !== false);
  // On a phone the tabs scroll sideways; the chosen one is to be seen.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [chosen]);
  const open = (value: string | null) => {
    onChoose(order.find((one, place) => one === value && place > 0));
  };
  return (
    <Tabs value={chosen} onChange={open} keepMounted={false}>
      <Tabs.List ref={list} mb="lg" className={`${classes.list} ${order.length > MANY ? classes.many : ''}`} aria-label={label}>
        {shown.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {parts[one].label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {shown.map((one) => (
        <Tabs.Panel key={one} value={one}>
          {parts[one].content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
