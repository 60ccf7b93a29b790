namespace Serverless.Storage;

/// <summary>
/// Items that wait to be written, in two tiers: the first has four places of five while both wait, and each has all of them while the
/// other does not. What ends then waits for no burst of what begins, and no burst waits for ever. Not safe for several threads.
/// </summary>
/// <param name="isGone">True for what was taken from the other tier already: it is passed over.</param>
internal sealed class TwoTierQueue<T>(Func<T, bool>? isGone = null)
{
    private const int Places = 5;

    private readonly Queue<T> _first = new(), _second = new();
    private int _place;

    /// <summary>Adds to the end of a tier.</summary>
    public void Enqueue(T item, bool isFirst) => (isFirst ? _first : _second).Enqueue(item);

    /// <summary>Takes what has the next place, one after another, up to the first that does not fit.</summary>
    /// <param name="max">At most so many.</param>
    /// <param name="fits">True for what is taken; false ends the round, and the next one begins with it.</param>
    public List<T> Take(int max, Func<T, bool> fits)
    {
        var round = new List<T>();
        while (round.Count < max && FindTier() is { } tier && fits(tier.Peek()))
        {
            round.Add(tier.Dequeue());
            _place = (_place + 1) % Places;
        }

        return round;
    }

    private Queue<T>? FindTier()
    {
        var (preferred, other) = _place == Places - 1 ? (_second, _first) : (_first, _second);
        return HasNext(preferred) ? preferred : HasNext(other) ? other : null;
    }

    private bool HasNext(Queue<T> tier)
    {
        while (tier.TryPeek(out var next))
        {
            if (isGone?.Invoke(next) != true) return true;
            tier.Dequeue();
        }

        return false;
    }
}
