import type { Schemas } from '../api/client';
import { defineWords } from '../lib/words';

export type Role = Schemas['Role'];
export type InstallationRole = Schemas['InstallationRole'];

export const ROLES: readonly Role[] = ['administrator', 'editor', 'member', 'auditor'];

/** The roles of a business unit and of the installation: what they are called, and what they may. */
export const roleWords = defineWords({
  en: {
    administrator: 'Administrator',
    editor: 'Editor',
    member: 'Member',
    auditor: 'Auditor',
    administratorMay: 'Manages members, switches connectors of the unit, and does everything an editor does.',
    editorMay: 'Creates connections and designs processes with them; does everything a member does.',
    memberMay: 'Runs processes, uses apps and assistants.',
    auditorMay: 'Reads everything but secrets; changes nothing.',
    superAdmin: 'Super admin',
    superAdminMay:
      'Manages people, groups and business units, switches connectors for everybody, opens the network. Sees every connection, but no secret; to change somebody else’s connection it must be shared first, visibly.',
    installationAuditor: 'Auditor of the installation',
    installationAuditorMay: 'Reads everything in every business unit but secrets, and verifies the audit; changes nothing.',
    noRoles: 'None',
    roles: 'Roles',
  },
  de: {
    administrator: 'Administrator',
    editor: 'Bearbeiter',
    member: 'Mitglied',
    auditor: 'Prüfer',
    administratorMay: 'Verwaltet Mitglieder, schaltet Konnektoren des Bereichs und tut alles, was Bearbeiter tun.',
    editorMay: 'Legt Verbindungen an und gestaltet damit Prozesse; tut alles, was Mitglieder tun.',
    memberMay: 'Startet Prozesse, benutzt Apps und Assistenten.',
    auditorMay: 'Liest alles außer Geheimnissen; ändert nichts.',
    superAdmin: 'Super-Admin',
    superAdminMay:
      'Verwaltet Personen, Gruppen und Geschäftsbereiche, schaltet Konnektoren für alle, öffnet das Netz. Sieht jede Verbindung, aber kein Geheimnis; um die Verbindung eines anderen zu ändern, muss sie erst sichtbar geteilt werden.',
    installationAuditor: 'Prüfer der Installation',
    installationAuditorMay: 'Liest in jedem Geschäftsbereich alles außer Geheimnissen und prüft das Protokoll; ändert nichts.',
    noRoles: 'Keine',
    roles: 'Rollen',
  },
});

type RoleText = (typeof roleWords)['de'];

export function whatRoleMay(role: Role, w: RoleText): string {
  return { administrator: w.administratorMay, editor: w.editorMay, member: w.memberMay, auditor: w.auditorMay }[role];
}

export function installationRoleName(role: InstallationRole, w: RoleText): string {
  return role === 'super_admin' ? w.superAdmin : w.installationAuditor;
}

export function whatInstallationRoleMay(role: InstallationRole, w: RoleText): string {
  return role === 'super_admin' ? w.superAdminMay : w.installationAuditorMay;
}
