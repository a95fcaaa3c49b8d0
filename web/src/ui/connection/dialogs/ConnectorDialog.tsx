import type { ComponentType, ReactNode, RefObject } from 'react';
import { Stack } from '@mantine/core';
import type { Schemas } from '../../../api/client';
import { DialogFrame, type DialogProps } from './DialogFrame';
import { WithConnector } from './WithConnector';

export interface ConnectorBodyProps {
  connection: Schemas['Connection'];
  connector: Schemas['Connector'];
  details: Schemas['ConnectionDetails'];
  onClose: () => void;
}

interface ConnectorDialogProps extends DialogProps {
  connection: Schemas['Connection'];
  title: string;
  body: ComponentType<ConnectorBodyProps>;
}

/** A dialog whose form comes from the connection's connector. */
export function ConnectorDialog({ connection, title, body: Body, isOpen, onClose }: ConnectorDialogProps) {
  return (
    <DialogFrame isOpen={isOpen} onClose={onClose} title={title}>
      <WithConnector connection={connection}>
        {(connector, details) => <Body connection={connection} connector={connector} details={details} onClose={onClose} />}
      </WithConnector>
    </DialogFrame>
  );
}

interface ConnectorFormProps {
  /** Where the focus goes when the answer was no. */
  place: RefObject<HTMLFormElement | null>;
  onSubmit: () => void;
  children: ReactNode;
}

/** The form inside; what is wrong is said at the fields by us, in the page's language, not by the browser. */
export function ConnectorForm({ place, onSubmit, children }: ConnectorFormProps) {
  return (
    <form
      ref={place}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Stack>{children}</Stack>
    </form>
  );
}
