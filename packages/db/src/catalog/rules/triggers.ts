/** Triggers: what keeps the past unedited is there, and none of any kind is switched off. */
import { isOurs, type Rule } from '../client.ts'
import { appendOnlyTables, appendOnlyTriggers } from '../reviewed.ts'

export const triggers: Rule = async (client) => {
  const { rows } = await client.query<{ table: string; name: string; enabled: string; internal: boolean }>(`
    SELECT n.nspname || '.' || c.relname AS table, t.tgname AS name, t.tgenabled AS enabled, t.tgisinternal AS internal
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${isOurs('n.nspname')} ORDER BY 1, 2`)
  const wrong = rows
    .filter(({ enabled }) => enabled !== 'O' && enabled !== 'A')
    .map(({ table, name }) => `\`${table}\` has its trigger \`${name}\` switched off`)
  for (const table of appendOnlyTables) {
    for (const name of appendOnlyTriggers) {
      if (!rows.some((one) => one.table === table && one.name === name && !one.internal)) {
        wrong.push(`\`${table}\` is append-only and has no trigger \`${name}\``)
      }
    }
  }
  const events = await client.query<{ name: string; enabled: string; super: boolean }>(`
    SELECT e.evtname AS name, e.evtenabled AS enabled, r.rolsuper AS super FROM pg_event_trigger e JOIN pg_roles r ON r.oid = e.evtowner ORDER BY 1`)
  for (const event of events.rows) {
    if (event.enabled !== 'O' && event.enabled !== 'A') wrong.push(`event trigger \`${event.name}\` is switched off`)
    if (!event.super) wrong.push(`event trigger \`${event.name}\` does not belong to a superuser`)
  }
  return wrong
}
