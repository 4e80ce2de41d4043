/** Rehearsals of code-assistant with other identities. */
import { rehearsed, type Stage } from "../rehearsed";

export const OAUTH_API = "config.openshift.io/v1";
/** An identity provider of somebody else. */
export const THEIRS = {
    name: "corp",
    mappingMethod: "claim",
    type: "GitHub",
    github: { clientID: "c", organizations: ["corp"] },
};
/** The identity provider of the stack, with its file of users. */
export const OURS = {
    name: "maas",
    mappingMethod: "claim",
    type: "HTPasswd",
    htpasswd: { fileData: { name: "maas-htpasswd" } },
};
export const somebody = { fieldManager: "somebody" };

/** Call it once in a file, outside of its tests. */
export function identities() {
    const stage = rehearsed({ policies: true });
    const read = (apiVersion: string, kind: string, name: string, namespace?: string) =>
        stage.session.world.cluster.get({ apiVersion, kind, name, ...(namespace !== undefined && { namespace }) });
    return {
        stage,
        /** Opens a session on other identities. */
        open: (identity: object, ...faults: string[]): ReturnType<Stage["open"]> =>
            stage.open((s) => (s.identity = { users: s.identity.users, ...identity }), faults),
        read,
        /** The identity providers of the cluster's login. */
        providers: async () => (await read(OAUTH_API, "OAuth", "cluster"))?.spec.identityProviders,
    };
}
