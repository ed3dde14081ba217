import { report, type Surroundings } from '../checks.ts'

/** A module worker, whose requests contain the address of the server. */
// biome-ignore lint/style/noDefaultExport: workerd requires it
export default {
  fetch: async (request: Request): Promise<Response> => {
    const surroundings: Surroundings = JSON.parse(await request.text())
    return Response.json(await report(surroundings))
  },
}
