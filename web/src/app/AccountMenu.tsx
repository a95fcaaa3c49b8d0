import { Menu, Text, UnstyledButton, VisuallyHidden, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconBook2, IconLogout, IconSelector, IconUserCircle } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { signOut, useMe } from '../api/me';
import { useLanguage, type Language } from '../lib/language';
import { useWords } from '../lib/words';
import { Portrait } from '../ui/Portrait';
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
          <Portrait name={me.name} size={30} />
          <Text size="sm" fw={550} flex={1} truncate>
            {me.name}
          </Text>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah="calc(100dvh - 80px)" style={{ overflowY: 'auto' }}>
        <ExamplePeople me={me} />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUserCircle size={16} />} closeMenuOnClick>
          {w.profile}
        </Menu.Item>
        <Menu.Item component="a" href="/docs" leftSection={<IconBook2 size={16} />}>
          {w.help}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{w.appearance}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(value) => {
            setColorScheme(value as MantineColorScheme);
          }}
        >
          <Menu.RadioItem value="light">{w.light}</Menu.RadioItem>
          <Menu.RadioItem value="dark">{w.dark}</Menu.RadioItem>
          <Menu.RadioItem value="auto">{w.auto}</Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Label>{w.language}</Menu.Label>
        <Menu.RadioGroup
          value={language}
          onChange={(value) => {
            choose(value as Language);
          }}
        >
          <Menu.RadioItem value="en">English</Menu.RadioItem>
          <Menu.RadioItem value="de">Deutsch</Menu.RadioItem>
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {w.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
