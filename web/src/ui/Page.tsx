import { useEffect, type ReactNode } from 'react';
import { Anchor, Box, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import classes from './Page.module.css';

interface Crumb {
  label: string;
  to: string;
}

interface PageProps {
  title: string;
  /** The pages above this one, outermost first. */
  crumbs?: Crumb[];
  /** Before the title: what kind of thing it is. */
  icon?: ReactNode;
  /** Behind the title: a state. */
  badge?: ReactNode;
  description?: ReactNode;
  /** Buttons for what one does here; the main one last. */
  actions?: ReactNode;
  /** Forms and texts are narrow, tables are wide. */
  width?: 'narrow' | 'wide';
  children: ReactNode;
}

/** The frame of every page: its name (also the window's), what it is about, what one can do. */
export function Page({ title, crumbs = [], icon, badge, description, actions, width = 'wide', children }: PageProps) {
  useTitle(title);
  return (
    <Box className={classes.page} data-width={width}>
      <header className={classes.head}>
        {crumbs.length > 0 && (
          <Breadcrumbs mb={6} separator="/" classNames={{ separator: classes.separator }}>
            {crumbs.map((crumb) => (
              <Anchor key={crumb.to} component={Link} to={crumb.to} size="sm" c="dimmed" className={classes.crumb}>
                {crumb.label}
              </Anchor>
            ))}
          </Breadcrumbs>
        )}
        <Group justify="space-between" align="flex-start" gap="md">
          <Stack gap={4} className={classes.name}>
            <Group gap="sm" align="center">
              <Group gap="sm" wrap="nowrap" align="center" miw={0}>
                {icon}
                {title && (
                  <Title order={1} className={classes.title}>
                    {title}
                  </Title>
                )}
              </Group>
              {badge && <div className={classes.badge}>{badge}</div>}
            </Group>
            {description && (
              <Text c="dimmed" size="sm" component="div" className={classes.description}>
                {description}
              </Text>
            )}
          </Stack>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
      </header>
      {children}
    </Box>
  );
}

function useTitle(title: string) {
  useEffect(() => {
    document.title = title ? `${title} · Jackfield` : 'Jackfield';
  }, [title]);
}
