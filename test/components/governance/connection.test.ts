import * as fc from "fast-check";

import { type Connection, connectionUrl } from "../../../components/governance/connection";
import { postgresName } from "../../../stacks/schema/database";

const connection: Connection = {
    user: "maas",
    password: "p@ss/w:rd?#[]%",
    host: "maas-db.maas-db.svc.cluster.local",
    port: 5432,
    database: "maas",
    sslMode: "require",
};

it("escapes what a URL gives a meaning of its own", () => {
    expect(connectionUrl(connection)).toBe(
        "postgresql://maas:p%40ss%2Fw%3Ard%3F%23%5B%5D%25@maas-db.maas-db.svc.cluster.local:5432/maas?sslmode=require",
    );
});

it("names the authorities when they are asked", () => {
    expect(connectionUrl({ ...connection, sslMode: "verify-full", rootCertificate: "/etc/ca.crt" })).toMatch(
        /\?sslmode=verify-full&sslrootcert=\/etc\/ca\.crt$/,
    );
});

it("gives back every user, password and database that it was given", () => {
    const word = fc.string({ unit: "grapheme", minLength: 1 });
    // Users and passwords come out of Secrets; the settings say what a database may be called.
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,62}$/);
    fc.assert(
        fc.property(word, word, name, (user, password, database) => {
            const url = new URL(connectionUrl({ ...connection, user, password, database }));
            expect([url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent)).toEqual([
                user,
                password,
                database,
            ]);
            expect(url.host).toBe("maas-db.maas-db.svc.cluster.local:5432");
        }),
        { seed: 11, numRuns: 300 },
    );
});

it.each([".", "..", "a/b", "a?b", "A", ""])("has no database called %j, which some reader of a URL would lose", (name) => {
    expect(postgresName.safeParse(name).success).toBe(false);
});
