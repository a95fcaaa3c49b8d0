import { notifications } from '@mantine/notifications';

/** A short confirmation that goes away by itself; never the only place where a failure is told. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'petrol', autoClose: 4000, withBorder: true });
}
