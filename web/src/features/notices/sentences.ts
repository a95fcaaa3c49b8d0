import type { Schemas } from '../../api/client';
import { listed } from '../../lib/words';
import type { words } from './words';

type Notice = Schemas['Notice'];
type Text = (typeof words)['de'];

/** What happened, as a sentence; a plain one for kinds that came later than these words. */
export function sentenceOf(notice: Notice, w: Text): string {
  const by = textIn(notice.data.by) ?? w.somebody;
  switch (notice.kind) {
    case 'connection.shared':
      return w.shared(by);
    case 'connection.super_admin_shared':
      return superAdminShared(by, textsIn(notice.data.admins), w);
    case 'connection.admin_removed':
      return w.adminRemoved(by);
    case 'connection.replaced':
      return w.replaced(by);
    case 'connection.deleted':
      return w.deleted(by);
    case 'connection.passed_on':
      return w.passedOn;
    case 'connection.recovered':
      return w.recovered;
    case 'connection.needs_sign_in':
      return w.needsSignIn;
    case 'connection.unreachable':
      return w.unreachable;
    case 'connection.off':
      return w.off;
    case 'connection.not_connected':
      return w.notConnected;
    default:
      return sentenceOfWork(notice, w) ?? w.unknown(notice.kind);
  }
}

/** Of processes, their runs, and what these ask. */
function sentenceOfWork({ kind, data }: Notice, w: Text): string | undefined {
  const by = textIn(data.by) ?? w.somebody;
  const process = textIn(data.process) ?? '';
  switch (kind) {
    case 'process.handed_over':
      return w.processHandedOver(by);
    case 'process.passed_on':
      return w.processPassedOn;
    case 'process.parked':
      return w.processParked;
    case 'run.faulty':
      return w.runFaulty;
    case 'task.assigned':
      return w.taskAssigned(process);
    case 'task.reminded':
      return w.taskReminded(process);
    case 'task.escalated':
      return w.taskEscalated(process);
    case 'task.unassigned':
      return w.taskUnassigned;
    case 'task.link_made':
      return w.taskLinkMade(by);
    case 'task.link_used':
      return w.taskLinkUsed;
    default:
      return undefined;
  }
}

/** Why, as the other side or Jackfield said it. */
export function reasonOf(notice: Notice): string | undefined {
  return textIn(notice.data.reason) ?? textIn(notice.data.message);
}

/** The page of what it happened to; none for what is gone, or no longer for one to see. */
export function pageOf({ kind, subject }: Notice): string | undefined {
  if (kind === 'connection.deleted' || kind === 'connection.admin_removed') return undefined;
  const places: Record<string, string> = {
    connection: '/connections',
    process: '/processes',
    run: '/runs',
    task: '/tasks',
    business_unit: '/units',
    group: '/groups',
    person: '/people',
  };
  const place = places[subject.kind];
  return place && `${place}/${subject.id}`;
}

function superAdminShared(by: string, admins: string[], w: Text): string {
  return admins.length === 1 && admins[0] === by ? w.superAdminTook(by) : w.superAdminShared(by, listed(admins));
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
