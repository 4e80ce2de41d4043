import * as fc from "fast-check";

import { type Connection, connectionUrl } from "../../../components/governance/connection";

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
    fc.assert(
        fc.property(word, word, word, (user, password, database) => {
            const url = new URL(connectionUrl({ ...connection, user, password, database }));
            expect([url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent)).toEqual([
                user,
                password,
                database,
            ]);
            expect(url.host).toBe("maas-db.maas-db.svc.cluster.local:5432");
        }),
    );
});
