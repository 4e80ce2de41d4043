/** Failed looks at objects are repeated: for ever where others' writes are in the way, else thirty times. */
import { VirtualClock } from "../../rehearsal/clock";
import { ApiError } from "../../rehearsal/cluster/cluster";
import { WorkQueue } from "../../simulator/work-queue";

async function looks(error: Error): Promise<{ times: number; problems: readonly string[] }> {
    const clock = new VirtualClock();
    const queue = new WorkQueue(clock);
    let times = 0;
    const controller = { name: "tiers", watches: {}, reconcile: () => Promise.reject((times++, error)) };
    queue.enqueue(controller, "team/free");
    await new Promise<void>((resolve) => void clock.after(7200, resolve));
    queue.stop();
    clock.stop();
    return { times, problems: queue.problems };
}

it("repeats a look that met a conflict without end, and reports it once after thirty", async () => {
    const { times, problems } = await looks(new ApiError(409, "Conflict", "changed"));
    expect(times).toBeGreaterThan(60);
    expect(problems).toEqual(["tiers team/free: changed"]);
});

it("reports every other failure at once, and repeats it thirty times", async () => {
    expect(await looks(new ApiError(422, "Invalid", "refused"))).toEqual({ times: 30, problems: ["tiers team/free: refused"] });
});
