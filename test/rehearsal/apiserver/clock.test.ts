import { SteadyClock } from "../../../rehearsal/apiserver/clock";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("a steady clock", () => {
    it("runs faster than the wall clock", async () => {
        const clock = new SteadyClock(1000);
        const fired: number[] = [];
        clock.after(100, () => fired.push(clock.now()));
        await pause(250);
        expect(fired).toHaveLength(1);
        expect(fired[0]).toBeGreaterThanOrEqual(100);
        expect(clock.now()).toBeGreaterThanOrEqual(250);
    });

    it("stands while anybody holds it, and its timers with it", async () => {
        const clock = new SteadyClock(1000);
        const [one, two] = [clock.hold(), clock.hold()];
        const held = clock.now();
        const fired: string[] = [];
        clock.after(20, () => fired.push("late"));
        clock.after(10, () => fired.push("early"));
        clock.after(5, () => fired.push("never"))();
        await pause(60);
        one();
        one();
        await pause(60);
        expect([clock.now(), fired]).toEqual([held, []]);
        two();
        await pause(100);
        expect(fired).toEqual(["early", "late"]);
        expect(clock.now()).toBeGreaterThan(held);
    });
});
