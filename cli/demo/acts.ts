/**
 * The story of a demo, in acts whose results are checked: one user meets the limit, others do not, the user moves up with a new key, and
 * calls on. What is expected is from docs/sources/maas.md#request-limits and #keys.
 */
import { retryAfter } from "../http/patient";
import type { HttpAnswer } from "../http/send";
import type { CreatedKey } from "../maasApi/client";
import { MaasApiError } from "../maasApi/refusals";
import { RefusalError } from "../exit";
import { type Caller, smallRequest } from "../smoke/checks";
import type { SmokeModel } from "../smoke/target";
import type { Actor, Cast } from "./cast";

/** Names of the acts, in the order of the story. */
export const ACTS = ["1", "2", "3", "4", "external"] as const;
export type Act = (typeof ACTS)[number];

/** Result of an act. */
export interface Scene {
    readonly act: Act;
    readonly what: string;
    readonly expected: string;
    readonly seen: string;
    readonly verdict: "as expected" | "otherwise" | "left out";
}

/** Keys of a user. */
export interface Keys {
    create(key: { readonly name: string; readonly subscription: string; readonly expiresIn: string }): Promise<CreatedKey>;
    revoke(id: string): Promise<unknown>;
}

/** The actions that a demo may take. */
export interface Stage {
    readonly caller: Caller;
    keysOf(user: string): Keys;
    /** Takes a user out of a Group and into another, as an administrator. */
    move(user: string, from: string, to: string): Promise<void>;
    /** @param why what is waited for */
    sleep(seconds: number, why: string): Promise<void>;
    readonly onScene: (scene: Scene) => void;
    readonly signal: AbortSignal;
}

/** Calls until a limit is met, at most: more says that there is none. */
const MOST_CALLS = 120;
/** Calls of those whose limits are not met. */
const FEW_CALLS = 5;
/** A revoked key is refused within so many seconds. Source: docs/sources/maas.md#keys */
const REVOKED_SECONDS = 90;
const POLL_SECONDS = 5;
/** A limit that is used up when the story begins is waited for, in seconds. */
const LONGEST_WAIT = 600;

export class Demo {
    readonly scenes: Scene[] = [];
    private readonly made = new Map<string, { readonly user: string; readonly key: CreatedKey; revoked: boolean }>();
    private moved = false;
    private blocked = false;

    constructor(
        private readonly cast: Cast,
        private readonly stage: Stage,
    ) {}

    /** Plays the acts; what one needs of those before is done without being shown. */
    async play(acts: readonly Act[]): Promise<void> {
        const { first, others } = this.cast;
        const players: Record<Act, () => Promise<void>> = {
            "1": () => this.untilLimited("1", first, this.cast.model),
            "2": async () => {
                await this.beBlocked();
                for (const other of others) {
                    await this.calls("2", other, FEW_CALLS);
                }
                await this.stillBlocked();
            },
            "3": () => this.moveUp(),
            "4": async () => {
                await this.groups();
                await this.calls("4", this.promoted(), FEW_CALLS);
            },
            external: () => this.external(),
        };
        for (const act of ACTS.filter((one) => acts.includes(one))) {
            if (!this.stage.signal.aborted) {
                await players[act]();
            }
        }
    }

    /**
     * Revokes the keys that were made, and moves the user back.
     *
     * @returns what went wrong
     */
    async cleanUp(): Promise<string[]> {
        const { first, others } = this.cast;
        const problems: string[] = [];
        const attempt = (work: Promise<unknown>): Promise<void> =>
            work.then(
                () => undefined,
                (e: unknown) => void problems.push((e as Error).message),
            );
        for (const one of [...this.made.values()].filter(({ revoked }) => !revoked)) {
            await attempt(this.stage.keysOf(one.user).revoke(one.key.id));
        }
        if (this.moved) {
            await attempt(this.stage.move(first.user, others[0]!.group!, first.group!));
        }
        return problems;
    }

    /** The first user with the tier that is moved to. */
    private promoted(): Actor {
        return { ...this.cast.others[0]!, user: this.cast.first.user };
    }

    private async untilLimited(act: Act, actor: Actor, model: SmokeModel): Promise<void> {
        const { key } = await this.keyOf(actor);
        const { answered, status } = await this.countUntilRefused(actor, key, model);
        this.scene({
            ...{ act, what: `${actor.user} (${actor.tier}) calls ${model.name} until the limit` },
            ...{ expected: "200, then 429", seen: `200 x ${answered}, then ${status}` },
            ok: answered > 0 && status === 429,
        });
        this.blocked ||= actor.user === this.cast.first.user && status === 429;
    }

    /** A limit that is used up when the story begins is waited for once. */
    private async countUntilRefused(
        actor: Actor,
        key: string,
        model: SmokeModel,
        waits = true,
    ): Promise<{ answered: number; status: number }> {
        let answered = 0;
        for (let waited = !waits; ;) {
            const { status, headers } = await this.call(key, model);
            if (status === 429 && answered === 0 && !waited) {
                waited = true;
                await this.stage.sleep(
                    Math.min(retryAfter({ headers }) ?? actor.resetSeconds, LONGEST_WAIT),
                    `until the limits of tier ${actor.tier} begin anew`,
                );
            } else if (status !== 200 || answered >= MOST_CALLS || this.stage.signal.aborted) {
                return { answered, status };
            } else {
                answered++;
            }
        }
    }

    private async calls(act: Act, actor: Actor, n: number): Promise<void> {
        const { key } = await this.keyOf(actor);
        const seen: number[] = [];
        for (let i = 0; i < n; i++) {
            seen.push((await this.call(key, this.cast.model)).status);
        }
        const good = seen.filter((status) => status === 200).length;
        this.scene({
            ...{ act, what: `${actor.user} (${actor.tier}) calls ${n} times`, expected: `200 x ${n}` },
            seen: good === n ? `200 x ${n}` : seen.join(", "),
            ok: good === n,
        });
    }

    private async beBlocked(): Promise<void> {
        if (!this.blocked) {
            const { key } = await this.keyOf(this.cast.first);
            this.blocked = (await this.countUntilRefused(this.cast.first, key, this.cast.model, false)).status === 429;
        }
    }

    private async stillBlocked(): Promise<void> {
        const { first, model } = this.cast;
        const { key } = await this.keyOf(first);
        const { status } = await this.call(key, model);
        this.scene({
            ...{
                act: "2",
                what: `${first.user} (${first.tier}) is still refused: each has limits of one's own`,
                expected: "429",
            },
            ...{ seen: String(status), ok: status === 429 },
        });
    }

    private async moveUp(): Promise<void> {
        const { first, others, model } = this.cast;
        const [to] = others;
        const old = await this.keyOf(first);
        await this.groups();
        const fresh = await this.keyOf(this.promoted());
        this.scene({
            ...{
                act: "3",
                what: `${first.user} moves to ${to!.tier} and makes a new key`,
                expected: `a key of ${to!.subscription}`,
            },
            ...{ seen: `a key of ${fresh.subscription}`, ok: fresh.subscription === to!.subscription },
        });
        await this.stage.keysOf(first.user).revoke(old.id);
        this.made.get(of(first))!.revoked = true;
        let status = 0;
        let waited = 0;
        for (; waited <= REVOKED_SECONDS; waited += POLL_SECONDS) {
            ({ status } = await this.call(old.key, model));
            if (status === 403 || this.stage.signal.aborted) {
                break;
            }
            await this.stage.sleep(POLL_SECONDS, "until the old key is refused");
        }
        this.scene({
            ...{ act: "3", what: `${first.user} revokes the old key`, expected: "403 within a minute" },
            ...{ seen: `${status} after ${waited} s`, ok: status === 403 },
        });
    }

    private async groups(): Promise<void> {
        if (!this.moved) {
            // Before it is done: a move that fails in the middle is taken back as well.
            this.moved = true;
            await this.stage.move(this.cast.first.user, this.cast.first.group!, this.cast.others[0]!.group!);
        }
    }

    private async external(): Promise<void> {
        const { external } = this.cast;
        if (external === undefined) {
            const what = "a model of a provider is called until the limit";
            this.stage.onScene(
                this.push({ act: "external", what, expected: "200, then 429", seen: "the stack has none", verdict: "left out" }),
            );
            return;
        }
        await this.untilLimited("external", external.actor, external.model);
    }

    private async keyOf(actor: Actor): Promise<CreatedKey> {
        const known = this.made.get(of(actor));
        if (known !== undefined) {
            return known.key;
        }
        const create = (): Promise<CreatedKey> =>
            this.stage
                .keysOf(actor.user)
                .create({ name: `demo-${actor.tier}`, subscription: actor.subscription, expiresIn: "1h" });
        const key = await create().catch(async (error: unknown) => {
            if (!(error instanceof MaasApiError) || error.status !== 400 || actor !== this.cast.first) {
                throw error;
            }
            await this.moveHome(error);
            return create();
        });
        this.made.set(of(actor), { user: actor.user, key, revoked: false });
        return key;
    }

    /** A demo that was kept, or killed, has left the first user in the tier of the story's end. */
    private async moveHome(why: Error): Promise<void> {
        const { first, others } = this.cast;
        const [from, to] = [others[0]!.group, first.group];
        if (from === undefined || to === undefined) {
            throw why;
        }
        await this.stage.move(first.user, from, to).catch((error: Error) => {
            throw new RefusalError(
                `${why.message}. If an earlier demo has left ${first.user} in ${from}, an administrator takes ${first.user} back to ${to}: here that failed: ${error.message}`,
            );
        });
    }

    private call(key: string, model: SmokeModel): Promise<HttpAnswer> {
        const { path, body } = smallRequest(model);
        return this.stage.caller.call("POST", `${model.url}${path}`, key, { ...body, max_tokens: 30 });
    }

    private scene({ ok, ...scene }: Omit<Scene, "verdict"> & { readonly ok: boolean }): void {
        this.stage.onScene(this.push({ ...scene, verdict: ok ? "as expected" : "otherwise" }));
    }

    private push(scene: Scene): Scene {
        this.scenes.push(scene);
        return scene;
    }
}

/** A user has a key for each subscription. */
const of = ({ user, subscription }: Actor): string => `${user} ${subscription}`;
