/** What each verb changes, and which keys a change leaves behind. */
import { parse } from "yaml";

import { addModel, promote, removeModel, rollback, setCanary } from "../../../cli/edit/models";
import { keysLeft } from "../../../cli/edit/revoke";
import { StackFile } from "../../../cli/edit/stackFile";
import { addTier, limitOf, removeTier, setTier } from "../../../cli/edit/tiers";
import { addUser, moveUser, removeUser } from "../../../cli/edit/users";
import { UsersFile } from "../../../cli/edit/usersFile";
import { parseSettings } from "../../../stacks/settings";
import { shipped } from "../../settings";

const TEXT = `config:
  maas:settings:
    models:
      - name: chat
        model: qwen3-8b
        context: 4096
        pool: l40s
        scaling: { max: 3 }
    externalModels: [{ name: far }]
    tiers:
      - name: free
        models: [chat, far]
        requests: { limit: 5, window: 2m }
        tokens: [{ limit: 100, window: 1m }]
      - name: gold
        models: [chat]
        tokens: [{ limit: 100, window: 1m }]
        users: [ann]
    identity:
      users: [{ name: ann, tier: free }]
      readers: { users: [ann] }
`;

type Shape = {
    models: Record<string, unknown>[];
    externalModels?: unknown;
    tiers: Record<string, unknown>[];
    identity: { users?: Record<string, unknown>[]; readers?: unknown };
};

/** The settings after a change. */
function after(
    change: (editing: { file: StackFile; usersFile?: { path: string; lines: UsersFile } }) => void,
    text = TEXT,
): Shape {
    const file = new StackFile(text);
    change({ file });
    return (parse(file.text()) as { config: Record<string, Shape> }).config["maas:settings"]!;
}

const canary = (weight: number): string =>
    TEXT.replace("scaling:", `canary: { weight: ${weight}, model: qwen3-4b, replicas: 2 }\n        scaling:`);

it("users: added, moved, and removed wherever they are named", () => {
    expect(after((e) => addUser(e, "bob", "gold", true)).identity.users).toEqual([
        { name: "ann", tier: "free" },
        { name: "bob", tier: "gold", existing: true },
    ]);
    expect(after((e) => moveUser(e, "ann", "gold")).identity.users).toEqual([{ name: "ann", tier: "gold" }]);
    const { identity, tiers } = after((e) => removeUser(e, "ann"));
    expect(identity).toEqual({});
    expect(tiers[1]).not.toHaveProperty("users");
});

it("models: added to tiers, and removed from them", () => {
    const { models, tiers } = after((e) =>
        addModel(e, { name: "b", settings: { model: "qwen3-4b", pool: "l40s" }, tiers: ["gold"] }),
    );
    expect(models.at(-1)).toEqual({ name: "b", model: "qwen3-4b", pool: "l40s" });
    expect(tiers.map((tier) => tier["models"])).toEqual([
        ["chat", "far"],
        ["chat", "b"],
    ]);
    const without = after((e) => removeModel(e, "far"));
    expect([without.externalModels, without.tiers[0]!["models"]]).toEqual([undefined, ["chat"]]);
});

it("a second version: begun, weighed, rolled back, promoted, and finished", () => {
    const [begun] = after((e) => setCanary(e, "chat", { weight: 10, model: "qwen3-4b", pool: undefined })).models;
    expect(begun!["canary"]).toEqual({ weight: 10, model: "qwen3-4b" });
    const weights = [
        after((e) => setCanary(e, "chat", { weight: 50 }), canary(10)),
        after((e) => rollback(e, "chat", false), canary(10)),
        after((e) => promote(e, "chat", false), canary(10)),
    ].map(({ models }) => (models[0]!["canary"] as { weight: number }).weight);
    expect(weights).toEqual([50, 0, 100]);
    // Another model inherits nothing of how the files of the first are served; copies by number replace those by load.
    expect(after((e) => promote(e, "chat", true), canary(100)).models[0]).toEqual({
        name: "chat",
        pool: "l40s",
        model: "qwen3-4b",
        replicas: 2,
    });
    expect(after((e) => rollback(e, "chat", true), canary(10)).models[0]).not.toHaveProperty("canary");
});

it("tiers: added in their order, changed, and removed with a new tier for their users", () => {
    const limit = { limit: 1, window: "1m" };
    const added = after((e) => addTier(e, "new", { addModels: ["chat"], tokens: [limit], requests: limit }, "gold")).tiers;
    expect(added.map(({ name }) => name)).toEqual(["free", "new", "gold"]);
    expect(added[1]).toEqual({ name: "new", models: ["chat"], requests: limit, tokens: [limit] });
    const change = { requests: null, tokens: [limit], addModels: ["b", "chat"], removeModels: ["far"], displayName: "F" };
    expect(after((e) => setTier(e, "free", change)).tiers[0]).toEqual({
        ...{ name: "free", displayName: "F", models: ["chat", "b"], tokens: [limit] },
    });
    const { tiers, identity } = after((e) => removeTier(e, "free", "gold"));
    expect([tiers.map(({ name }) => name), identity.users]).toEqual([["gold"], [{ name: "ann", tier: "gold" }]]);
});

it("users of the file of users", () => {
    const lines = new UsersFile("bob,free\n");
    const file = new StackFile(TEXT);
    const editing = { file, usersFile: { path: "users.csv", lines } };
    expect(() => addUser(editing, "bob", "free", false)).toThrow("There is a user bob already");
    moveUser(editing, "bob", "gold");
    expect(lines.text()).toBe("bob,gold\n");
    removeUser(editing, "bob");
    expect([lines.text(), file.text()]).toEqual(["", TEXT]);
});

it.each<[string, (e: { file: StackFile }) => void, RegExp]>([
    ["a user twice", (e) => addUser(e, "ann", "free", false), /There is a user ann already; maas users move/],
    ["an unknown user", (e) => moveUser(e, "anm", "free"), /There is no user anm; expected one of ann\. Did you mean ann\?/],
    ["an unknown user to remove", (e) => removeUser(e, "zoe"), /There is no user zoe/],
    ["a model twice", (e) => addModel(e, { name: "far", settings: {}, tiers: [] }), /There is a model far already/],
    ["an unknown tier", (e) => addModel(e, { name: "b", settings: {}, tiers: ["gol"] }), /--tier is gol; .*Did you mean gold\?/],
    [
        "an unknown model",
        (e) => removeModel(e, "chta"),
        /There is no model chta; expected one of chat, far\. Did you mean chat\?/,
    ],
    ["no second version", (e) => promote(e, "chat", false), /has no second version; maas models canary begins one/],
    ["a tier twice", (e) => addTier(e, "gold", {}), /There is a tier gold already; maas tiers set/],
    ["an order after nothing", (e) => addTier(e, "x", {}, "silver"), /--before is silver; expected one of free, gold/],
    ["an unknown tier to change", (e) => setTier(e, "fre", {}), /There is no tier fre; .*Did you mean free\?/],
    [
        "a model that the tier has not",
        (e) => setTier(e, "gold", { removeModels: ["far"] }),
        /Tier gold has no model far; it has chat/,
    ],
    ["an unknown tier to remove", (e) => removeTier(e, "x", undefined), /There is no tier x/],
])("refuses %s", (_, change, message) => {
    expect(() => after(change)).toThrow(message);
});

it("finishes a promotion only when all requests go to the second version", () => {
    expect(() => after((e) => promote(e, "chat", true), canary(50))).toThrow(
        /receives 50 % of the requests: promote it without --finish/,
    );
});

it.each(["20", "20/2", "20/2d", "-1/2m", "a/2m", "20/0m"])("%s is no limit", (text) => {
    expect(() => limitOf("--requests", text)).toThrow(/expected a number and a window in s, m or h, such as 20\/2m/);
});

const settings = (change?: Parameters<typeof shipped>[1]): ReturnType<typeof parseSettings> =>
    parseSettings("test", shipped("code-assistant", change));

it.each<[string, Parameters<typeof shipped>[1], string[]]>([
    ["nothing changes", undefined, []],
    ["limits change", (draft) => (draft.tiers[0].requests.limit = 9), []],
    ["a user comes", (draft) => draft.identity.users.push({ name: "new", tier: "free" }), []],
    ["a user moves", (draft) => (draft.identity.users[0].tier = "premium"), ["--user free-user --subscription free"]],
    ["a user gets a second tier", (draft) => (draft.identity.users[0].tiers = ["premium"]), []],
    ["a user goes", (draft) => draft.identity.users.shift(), ["--user free-user"]],
    ["a subscription gets another name", (draft) => (draft.tiers[0].subscription = "basic"), ["--subscription free"]],
    [
        "a tier goes and its users move",
        (draft) => {
            draft.tiers.shift();
            draft.identity.users[0].tier = "premium";
        },
        ["--subscription free"],
    ],
])("keys to revoke when %s", (_, change, expected) => {
    const readersOf = (draft: { identity: { readers?: unknown } }): void => void delete draft.identity.readers;
    const before = settings(readersOf);
    const now = settings((draft) => {
        readersOf(draft as never);
        change?.(draft);
    });
    expect(keysLeft("x", before, now).map(({ command }) => command)).toEqual(
        expected.map((words) => `maas keys revoke x ${words} --yes`),
    );
});

it("a release without keys leaves none", () => {
    const of = (name: string): ReturnType<typeof parseSettings> =>
        parseSettings(
            "test",
            shipped("tiers-3.3", (draft) => (draft.identity.users[0].tier = name)),
        );
    expect(keysLeft("x", of("free"), of("premium"))).toEqual([]);
});
