namespace Serverless.Storage;

/// <summary>
/// Items that wait to be written, in two tiers: rounds of the first are as small as that is, so that they are soon over, and take along one
/// of the second for four of the first; without any of the first, they are of the second. Not safe for several threads.
/// </summary>
internal sealed class TwoTierQueue<T>
{
    private const int Places = 5;

    private readonly Queue<T> _first = new(), _second = new();
    private int _place;

    /// <summary>True when there is one of the first tier.</summary>
    public bool HasFirst => _first.Count > 0;

    /// <summary>True when there is none.</summary>
    public bool IsEmpty => _first.Count == 0 && _second.Count == 0;

    /// <summary>Adds to the end of a tier.</summary>
    public void Enqueue(T item, bool isFirst) => (isFirst ? _first : _second).Enqueue(item);

    /// <summary>Takes a round, up to the first that does not fit.</summary>
    /// <param name="max">At most so many.</param>
    /// <param name="fits">True for what is taken; false ends the round, and a later one has it.</param>
    public List<T> Take(int max, Func<T, bool> fits)
    {
        var (round, isOfFirst) = (new List<T>(), HasFirst);
        while (round.Count < max && FindTier(isOfFirst) is { } tier && fits(tier.Peek()))
        {
            round.Add(tier.Dequeue());
            if (isOfFirst) _place = (_place + 1) % Places;
        }

        return round;
    }

    private Queue<T>? FindTier(bool isOfFirst)
    {
        if (!isOfFirst) return _second.Count > 0 ? _second : null;
        if (_place == Places - 1 && _second.Count > 0) return _second;
        return _first.Count > 0 ? _first : null;
    }
}
