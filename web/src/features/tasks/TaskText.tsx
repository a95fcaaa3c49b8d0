import { Text, Typography } from '@mantine/core';
import Markdown from 'react-markdown';
import type { Schemas } from '../../api/client';

/** What a task says. Its author's text: as Markdown it may have no HTML of its own, and no pictures from elsewhere. */
export function TaskText({ task }: { task: Schemas['Task'] }) {
  if (task.format !== 'markdown') {
    return (
      <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {task.text}
      </Text>
    );
  }
  return (
    <Typography fz="sm" style={{ overflowWrap: 'anywhere' }}>
      <Markdown
        skipHtml
        disallowedElements={['img']}
        unwrapDisallowed
        components={{
          a: ({ href, children }) => (
            <a href={href} target="_blank" rel="noopener noreferrer">
              {children}
            </a>
          ),
        }}
      >
        {task.text}
      </Markdown>
    </Typography>
  );
}
