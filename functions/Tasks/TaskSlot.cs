using System.Globalization;

namespace Serverless.Tasks;

/// <summary>
/// The place of a task under a limit of concurrency: a session of the lane for limited tasks, whose lock is the permit. A key has as many
/// sessions as may run at once.
/// </summary>
/// <param name="Key">The key's hash.</param>
/// <param name="Number">From 0.</param>
/// <param name="Of">So many slots had the key when this one was chosen.</param>
/// <param name="Queue">The queue that the task belongs to without the limit.</param>
internal sealed record TaskSlot(string Key, int Number, int Of, string Queue)
{
    /// <summary>The queue of limited tasks, and its only lane.</summary>
    public const string Lane = "limited";

    /// <summary>The session.</summary>
    public string SessionId => string.Create(CultureInfo.InvariantCulture, $"{Key}/{Number}");

    /// <summary>The slot of a task that is moved: the same whenever it is asked for, since its message may come twice.</summary>
    public static TaskSlot For(string key, int count, string queue, string id) => new(key, Place(id, count), count, queue);

    /// <summary>
    /// The slot now that the key has another number of them. The fewest tasks move: those whose slot is gone, and the new slots' share.
    /// </summary>
    public TaskSlot Fit(int count, string id)
    {
        if (Of == count) return this;
        var place = Place(id, count);
        return Number < count && (count < Of || place < Of) ? this : this with { Number = place, Of = count };
    }

    // FNV-1a: any that is spread evenly, and the same on each instance.
    private static int Place(string id, int count)
    {
        var hash = 2_166_136_261u;
        foreach (var c in id) hash = (hash ^ c) * 16_777_619u;
        return (int)((hash ^ (hash >> 15)) % (uint)count);
    }
}
