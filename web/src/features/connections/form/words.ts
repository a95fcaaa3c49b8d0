import { defineWords } from '../../../lib/words';

export const words = defineWords({
  en: {
    scheme: 'How to sign in',
    nothingToProve: 'This system asks for no sign-in. Whoever may use the connection gets in.',
    details: 'General details',
    detailsNote: 'Where the system is. Fixed once it has been connected; for another place you later make a successor.',
    credentials: 'Credentials',
    credentialsNote: 'Stored encrypted, sent to this system only, and never shown again to anybody, you included.',
    correctMarked: 'Please correct the marked fields.',
    refusedTarget: 'This address needs to be allowed first',
    allowTarget: 'Go to outbound targets',
    askToAllow: 'A super admin can allow it: ask one, then test again here. Nothing needs to be entered anew.',
    testing: 'Testing the connection …',
    testingText: 'The other side is asked with these credentials. That takes a few seconds, or up to a minute if it doesn’t answer.',
  },
  de: {
    scheme: 'Art der Anmeldung',
    nothingToProve: 'Dieses System verlangt keine Anmeldung. Wer die Verbindung benutzen darf, kommt hinein.',
    details: 'Allgemeine Angaben',
    detailsNote: 'Wo das System ist. Fest, sobald es einmal verbunden war; für einen anderen Ort legen Sie später eine Nachfolgerin an.',
    credentials: 'Zugangsdaten',
    credentialsNote: 'Verschlüsselt gespeichert, nur an dieses System gesendet und nie wieder angezeigt, auch Ihnen nicht.',
    correctMarked: 'Bitte korrigieren Sie die markierten Felder.',
    refusedTarget: 'Diese Adresse muss erst erlaubt werden',
    allowTarget: 'Zu den ausgehenden Zielen',
    askToAllow: 'Ein Super-Admin kann sie erlauben: Fragen Sie einen, und prüfen Sie danach hier erneut. Neu einzugeben ist nichts.',
    testing: 'Die Verbindung wird geprüft …',
    testingText: 'Die Gegenseite wird mit diesen Zugangsdaten gefragt. Das dauert einige Sekunden, oder bis zu einer Minute, wenn sie nicht antwortet.',
  },
});
