import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import classes from './Shell.module.css';

/** The name, with its picture. */
export function Mark() {
  return (
    <Link to="/" className={classes.mark}>
      <Group gap={9} wrap="nowrap">
        <img src="/icon.svg" width={26} height={26} alt="" />
        <Text fw={650} fz="md" span lts="-0.01em">
          Jackfield
        </Text>
      </Group>
    </Link>
  );
}
