/**
 * Imported before anything of Apollo's: the gateway library reports usage to
 * its vendor by default, and what runs here is nobody else's business.
 */
process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
