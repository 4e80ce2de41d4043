/** The real program with changed settings, and what is sent. */
import { program } from "../../index";
import { deploy, type Deployment, type Registration } from "../deployment";
import { type Draft, shipped } from "../settings";

export async function run(change: (settings: Draft) => unknown): Promise<Deployment> {
    const settings = JSON.stringify(shipped("code-assistant", change));
    const deployment = await deploy(program, { preview: true, config: { "maas:settings": settings } });
    expect(deployment.errors).toEqual([]);
    return deployment;
}

export const byName = (deployment: Deployment, name: string): Registration => {
    const found = deployment.registrations.filter((r) => r.name === name && r.request.custom);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0]!;
};
export const kinds = (deployment: Deployment, kind: string): Registration[] =>
    deployment.registrations.filter((r) => r.type.endsWith(`:${kind}`));
