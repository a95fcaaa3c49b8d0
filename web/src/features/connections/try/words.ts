import { count, defineWords } from '../../../lib/words';

export const words = defineWords({
  en: {
    actions: 'Actions',
    intro: 'Calls one action for real, with the credentials of the connection, and shows the answer. Recorded like every other use.',
    lighter: 'Less, depending on what you enter.',
    result: 'Answer',
    table: 'Table',
    json: 'JSON',
    took: (ms: number, attempts: number) => `${ms} ms, ${count(attempts, 'attempt', 'attempts')}`,
    rows: (n: number) => count(n, 'row', 'rows'),
    reflected: 'The other side sent a secret back; it was replaced by [secret].',
    onCommandLine: 'The same on the command line',
    failedText: 'It failed. Nothing else was affected.',
    showAs: 'Show the answer as',
  },
  de: {
    actions: 'Aktionen',
    intro: 'Ruft eine Aktion wirklich auf, mit den Zugangsdaten der Verbindung, und zeigt die Antwort. Wird festgehalten wie jede andere Verwendung.',
    lighter: 'Weniger, je nachdem, was Sie eingeben.',
    result: 'Antwort',
    table: 'Tabelle',
    json: 'JSON',
    took: (ms: number, attempts: number) => `${ms} ms, ${count(attempts, 'Versuch', 'Versuche')}`,
    rows: (n: number) => count(n, 'Zeile', 'Zeilen'),
    reflected: 'Die Gegenseite hat ein Geheimnis zurückgesendet; es wurde durch [secret] ersetzt.',
    onCommandLine: 'Dasselbe auf der Kommandozeile',
    failedText: 'Es ist fehlgeschlagen. Sonst wurde nichts berührt.',
    showAs: 'Antwort zeigen als',
  },
});
