/** Deutsch: the frame, the sign-in and the shared parts; screens not named here are English. */
import { counter } from '../frame/plural.ts'
import type { FieldGrammar, Problem } from '../parts/tokens/grammar.ts'
import type { Translation } from '../texts.ts'

const count = counter('de')

const germanRoles: Readonly<Record<string, { name: string; does: string }>> = {
  ciso: {
    name: 'CISO',
    does: 'Sieht die ganze Belegschaft nach Abteilung, Team und Besitz; kann jeden Agent anhalten.',
  },
  analyst: { name: 'Sicherheitsanalyse', does: 'Sichtet Befunde, friert Agents ein, prüft das Protokoll.' },
  approver: { name: 'Genehmigung', does: 'Entscheidet Handlungen, die auf einen Menschen warten.' },
  'team-lead': { name: 'Teamleitung', does: 'Sieht und leitet die Agents eines Teams, sonst nichts.' },
  owner: { name: 'Besitz', does: 'Verantwortet die eigenen Agents; darf für sie nicht genehmigen.' },
  'org-admin': { name: 'Abteilungsverwaltung', does: 'Führt eine Abteilung: Leute, Agents, Rechte.' },
  'tenant-admin': { name: 'Verwaltung', does: 'Darf in der Firma alles.' },
  auditor: { name: 'Revision', does: 'Liest und prüft alles, ändert nichts.' },
  viewer: { name: 'Einsicht', does: 'Sieht zu.' },
}

const words: Readonly<Record<string, string>> = {
  ACTIVE: 'Aktiv',
  RESTRICTED: 'Eingeschränkt',
  FROZEN: 'Eingefroren',
  QUARANTINED: 'In Quarantäne',
  REVOKED: 'Entzogen',
  LOW: 'Niedrig',
  MEDIUM: 'Mittel',
  HIGH: 'Hoch',
  CRITICAL: 'Kritisch',
  INFO: 'Hinweis',
  PENDING: 'Wartet',
  APPROVED: 'Genehmigt',
  REJECTED: 'Abgelehnt',
  EXPIRED: 'Abgelaufen',
  ALLOW: 'Erlaubt',
  REVIEW: 'Zu prüfen',
  DENY: 'Verweigert',
  OPEN: 'Offen',
  ACKNOWLEDGED: 'In Arbeit',
  CLOSED: 'Geschlossen',
  TRUSTED_INTERNAL_SIGNED: 'Vertrauenswürdig, signiert',
  TRUSTED_INTERNAL: 'Vertrauenswürdig, intern',
  SEMI_TRUSTED: 'Bedingt vertrauenswürdig',
  UNTRUSTED_EXTERNAL: 'Nicht vertrauenswürdig, extern',
  MALICIOUS_SUSPECTED: 'Vermutlich bösartig',
}

const spans: Readonly<Record<string, readonly [last: string, many: string]>> = {
  s: ['Letzte Sekunde', 'Sekunden'],
  m: ['Letzte Minute', 'Minuten'],
  h: ['Letzte Stunde', 'Stunden'],
  d: ['Letzter Tag', 'Tage'],
  w: ['Letzte Woche', 'Wochen'],
  M: ['Letzter Monat', 'Monate'],
  Q: ['Letztes Quartal', 'Quartale'],
  y: ['Letztes Jahr', 'Jahre'],
}

const usualWindows: Readonly<Record<string, string>> = {
  'now/d': 'Heute',
  'now-1d/d..now-1d/d': 'Gestern',
  'now/w': 'Diese Woche',
  'now/M': 'Dieser Monat',
  'now-1M/M..now-1M/M': 'Voriger Monat',
}

export const german: Translation = {
  product: 'Muster',
  skip: 'Zum Inhalt',
  recording: 'Wird verzeichnet …',
  recordedAs: 'Im Ledger verzeichnet unter Nummer',
  loading: 'Wird geladen',
  cancel: 'Abbrechen',
  close: 'Schließen',
  none: '—',
  toasts: 'Meldungen',
  words: (code) => words[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' '),
  nav: {
    label: 'Bereiche',
    workforce: 'Belegschaft',
    agents: 'Agents',
    approvals: 'Genehmigungen',
    reviews: 'Zugriffsprüfungen',
    findings: 'Befunde',
    records: 'Journal',
    signOut: 'Abmelden',
    signedInAs: 'Angemeldet als',
    help: 'Tasten',
    wholeTenant: 'überall',
  },
  copy: {
    hash: 'Den ganzen Hash kopieren',
    id: 'Die Id kopieren',
    requestId: 'Die Anfrage-Id kopieren',
    done: 'Kopiert',
    text: 'Den Text kopieren',
  },
  failure: {
    unknown: 'bei uns ist etwas schiefgegangen',
    unreachable: 'Muster antwortet nicht: Netz oder Server sind nicht da',
    status: (status) => `der Server antwortete ${status}`,
    request: 'Anfrage',
    again: 'Noch einmal',
    page: 'Dieser Bereich konnte nicht gezeigt werden',
    nowhere: 'Diese Seite gibt es nicht',
    nowhereHint:
      'Die Adresse führt nirgendwohin, oder aus dem eigenen Bereich hinaus: beides sieht absichtlich gleich aus.',
  },
  states: {
    denied: (capability) => `Ihre Rollen enthalten ${capability} nicht. Geben kann es, wer Personen verwaltet.`,
    readOnly: (capability) => `Sie dürfen hier sehen und nichts ändern: Ihre Rollen enthalten ${capability} nicht.`,
  },
  keys: {
    title: 'Tasten',
    everywhere: 'Überall',
    here: 'Auf dieser Seite',
    help: 'Die Tasten zeigen',
    filter: 'Zum Filter',
    next: 'Nächste Zeile',
    previous: 'Vorige Zeile',
    open: 'Zeile öffnen',
    peek: 'In die Zeile hineinsehen',
    tick: 'Zeile auswählen',
    tickRange: 'Alle von der letzten bis hier auswählen',
    stretch: 'Auswählen und weiter',
    back: 'Zurück',
    go: (place) => `Zu ${place}`,
  },
  live: {
    changes: (n) => count(n, 'Änderung', 'Änderungen'),
    apply: 'Zeigen, was sich geändert hat',
    lost: '▲ Keine Neuigkeiten; wird neu verbunden …',
  },
  palette: {
    title: 'Gehe zu',
    hint: 'Bereich, Agent, Genehmigung, Befund, Ansicht oder was sich hier tun lässt',
    screen: 'Bereich',
    open: 'Gehe zu irgendetwas',
    agent: 'Agent',
    approval: 'Genehmigung',
    finding: 'Befund',
    view: 'Gespeicherte Ansicht',
    here: 'Auf dieser Seite',
    nothing: 'Nichts dieses Namens in dem, was Sie sehen dürfen',
  },
  graphql: { copy: 'Als GraphQL kopieren', copied: 'Kopiert' },
  signIn: {
    title: 'Anmelden',
    lead: 'Jede Handlung jedes Agents, entschieden, bevor sie geschieht.',
    email: 'E-Mail',
    password: 'Passwort',
    submit: 'Anmelden',
    refused: 'Diese E-Mail und dieses Passwort gehören nicht zusammen',
    sso: 'Weiter mit Single Sign-on',
    ssoNeedsEmail: 'Zuerst die E-Mail: ihre Domain sagt, wo Ihre Firma sich anmeldet',
    ssoRefused: 'Die Anmeldung Ihrer Firma wurde hier nicht angenommen. Noch einmal, oder fragen Sie Ihre Verwaltung.',
    ssoUnavailable: 'Für diese Adresse gibt es kein Single Sign-on',
    demo: 'Wer möchten Sie sein?',
    demoHint: 'Wählen Sie jemanden und geben Sie das Passwort ein. Alle stehen in',
    demoCommand: 'und dies zeigt eines:',
    roleName: (role) => germanRoles[role]?.name ?? role,
    roleDoes: (role) => germanRoles[role]?.does ?? '',
    roleIn: (role, unit) => `${role}, ${unit}`,
  },
  views: {
    title: 'Gespeicherte Ansichten',
    mine: 'Meine',
    shared: 'Mit allen geteilt',
    isShared: 'mit allen geteilt',
    save: 'Diese Ansicht speichern …',
    manage: 'Ansichten löschen …',
    none: 'für diesen Bereich gibt es keine',
    oneThing: 'eine Seite über eine Sache ist ihr eigener Link',
    elsewhere: 'ihren Bereich gibt es hier nicht',
    saveTitle: 'Diese Ansicht speichern',
    name: 'Name',
    nameNeeded: 'Ein Name wird gebraucht',
    replaces: 'Eine Ansicht dieses Namens gibt es hier schon: sie wird ersetzt',
    holds: 'Was sie festhält',
    noFilter: 'den Bereich ohne Filter',
    share: 'Mit allen in der Organisation teilen',
    shareHint: 'Wer sie öffnet, sieht nur, was er oder sie sehen darf.',
    confirmSave: 'Speichern',
    saved: (name) => `„${name}“ ist gespeichert.`,
    manageTitle: 'Gespeicherte Ansichten löschen',
    delete: (name) => `${name} löschen`,
    confirmDelete: 'Löschen',
    deleted: 'Gelöscht.',
  },
  looks: {
    title: 'Darstellung',
    theme: 'Farben',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    density: 'Zeilen',
    densities: { comfortable: 'Bequem', compact: 'Dicht' },
    language: 'Sprache',
    languageSystem: 'Wie der Browser',
  },
  parts: {
    tick: (name) => `${name} auswählen`,
    tickAll: (n) => `Die geladenen ${count(n, 'Zeile', 'Zeilen')} auswählen`,
    columns: 'Spalten',
    columnsUsual: 'Wie üblich',
    columnsAreUsual: 'das sind sie',
    peekClose: 'Seitenfeld schließen',
    peekWidth: 'Breite des Seitenfelds',
    firstColumn: 'benennt die Zeile, immer zu sehen',
  },
  tokens: {
    offers: 'Was folgen kann',
    remove: (token) => `Filter ${token} entfernen`,
    problem,
  },
  timeRange: {
    title: (window) => `Zeit: ${window}`,
    usual: usualWindows,
    last: (n, unit) => {
      const [last, many] = spans[unit] ?? ['', '']
      return n === 1 ? last : `Letzte ${count(n, many, many)}`
    },
    grammar: 'Zeit, wie in now-7d..now-1d',
    noWindow: 'Das ist keine Zeit: now-30d, now-7d..now-1d, now-1M/M..now-1M/M oder zwei ISO-Zeitpunkte mit Zone',
    from: 'Von (UTC)',
    until: 'Bis (UTC)',
    apply: 'Diese Daten nehmen',
    bothNeeded: 'Beide Daten werden gebraucht',
    endsBefore: 'Sie endet, bevor sie beginnt',
    compare: 'Mit der Zeit davor vergleichen',
    comparedShort: 'gg. davor',
    nothingBefore: 'davor gibt es keine Zeit',
  },
  needs: (capability) => `Ihre Rollen enthalten ${capability} nicht`,
}

function problem({ code, field, found, at }: Problem, fields: readonly FieldGrammar[]): string {
  const grammar = fields.find(({ name }) => name === field)
  switch (code) {
    case 'UNKNOWN_FIELD':
      return `Den Filter „${field}“ gibt es nicht, nur ${fields.map(({ name }) => name).join(', ')}. Um danach als Text zu suchen: "${found}"`
    case 'UNKNOWN_WORD':
      return `„${field}“ kennt „${found}“ nicht, nur ${grammar?.words?.join(', ') ?? ''}`
    case 'NO_VALUE':
      return `„${found}“ an Stelle ${at + 1}: ein Wert fehlt`
    case 'NOT_A_NUMBER':
      return `„${found}“ ist keine Zahl wie in ${field}<60`
    case 'NOT_AN_AGE':
      return `„${found}“ ist kein Alter wie in ${field}>30d (m, h, d, w, M, y)`
    case 'NOT_COMPARABLE':
      return `„${field}“ nimmt Werte, keine Vergleiche: ${field}:…`
    case 'NO_NEGATION':
      return `„${field}“ lässt sich nicht mit einem Minus umkehren`
    case 'ONE_VALUE':
      return `„${field}“ nimmt einen Wert, nicht mehrere`
    case 'TWICE':
      return `„${field}“ ist schon da: die Werte gehören in eine Liste wie in ${field}:a,b`
    case 'UNCLOSED':
      return `„${found}“ an Stelle ${at + 1}: das schließende Anführungszeichen fehlt`
  }
}
