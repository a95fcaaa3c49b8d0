import { count, defineWords } from '../../lib/words';

/** What several of the pages say. */
export const words = defineWords({
  en: {
    connections: 'Connections',
    newConnection: 'New connection',
    connection: 'Connection',
    connector: 'Connector',
    unit: 'Business unit',
    name: 'Name',
    health: 'Health',
    lastUsed: 'Last used',
    process: (n: number) => count(n, 'process', 'processes'),
    trigger: (n: number) => count(n, 'trigger', 'triggers'),
    data_object: (n: number) => count(n, 'data object', 'data objects'),
    integration: (n: number) => count(n, 'integration', 'integrations'),
  },
  de: {
    connections: 'Verbindungen',
    newConnection: 'Neue Verbindung',
    connection: 'Verbindung',
    connector: 'Konnektor',
    unit: 'Geschäftsbereich',
    name: 'Name',
    health: 'Zustand',
    lastUsed: 'Zuletzt benutzt',
    process: (n: number) => count(n, 'Prozess', 'Prozesse'),
    trigger: (n: number) => count(n, 'Auslöser', 'Auslöser'),
    data_object: (n: number) => count(n, 'Datenobjekt', 'Datenobjekte'),
    integration: (n: number) => count(n, 'Integration', 'Integrationen'),
  },
});
