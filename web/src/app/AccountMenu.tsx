import { Avatar, Menu, SegmentedControl, Stack, Text, UnstyledButton, VisuallyHidden, useMantineColorScheme } from '@mantine/core';
import { IconBook2, IconLogout, IconSelector, IconUserCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { signOut, useMe } from '../api/me';
import { useLanguage } from '../lib/language';
import { useWords } from '../lib/words';
import { ExamplePeople } from './ExamplePeople';
import classes from './Shell.module.css';
import { words } from './words';

/** Who one is, how it looks, in which language, and the way out. */
export function AccountMenu() {
  const w = useWords(words);
  const me = useMe();
  const navigate = useNavigate();
  const { language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();

  const leave = async () => {
    await signOut();
    await navigate({ to: '/sign-in' });
  };

  return (
    <Menu width={260} position="top-start" offset={6} closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton className={classes.account}>
          <VisuallyHidden>{w.account}: </VisuallyHidden>
          <Avatar name={me.name} color="petrol" size={30} radius="xl" aria-hidden />
          <Text size="sm" fw={550} flex={1} truncate>
            {me.name}
          </Text>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <ExamplePeople me={me} />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUserCircle size={16} />} closeMenuOnClick>
          {w.profile}
        </Menu.Item>
        <Menu.Item component="a" href="/docs" leftSection={<IconBook2 size={16} />}>
          {w.help}
        </Menu.Item>
        <Menu.Divider />
        <Stack gap={8} px="sm" py={6}>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={w.appearance}
            value={colorScheme}
            onChange={(value) => {
              setColorScheme(value);
            }}
            data={[
              { value: 'light', label: w.light },
              { value: 'dark', label: w.dark },
              { value: 'auto', label: w.auto },
            ]}
          />
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={w.language}
            value={language}
            onChange={(value) => {
              choose(value);
            }}
            data={[
              { value: 'en', label: 'English' },
              { value: 'de', label: 'Deutsch' },
            ]}
          />
        </Stack>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {w.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
