using System.Runtime.InteropServices;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The order in which rows that refer to one another can be loaded one after the other. What refers to one another in a circle is there
/// together or not at all, and has one place. (Tarjan, "Depth-first search and linear graph algorithms", 1972; without recursion, since
/// chains may be as long as a file.)
/// </summary>
internal sealed class ReferenceOrder
{
    private const int Unseen = 0;
    private const int Placed = int.MaxValue;

    private readonly int[] _rows;
    private readonly int[] _offsets;
    private readonly int[] _targets;
    private readonly int[] _seen;
    private readonly int[] _low;
    private readonly int[] _next;
    private readonly List<int> _open = [];
    private readonly List<RowPlace> _places;

    private ReferenceOrder(List<(int From, int To)> references)
    {
        references.Sort();
        _rows = [.. references.SelectMany(r => (int[])[r.From, r.To]).Distinct().Order()];
        (_offsets, _targets) = (new int[_rows.Length + 1], new int[references.Count]);
        var reference = 0;
        for (var i = 0; i < _rows.Length; i++)
        {
            for (; reference < references.Count && references[reference].From == _rows[i]; reference++)
                _targets[reference] = Array.BinarySearch(_rows, references[reference].To);
            _offsets[i + 1] = reference;
        }

        (_seen, _low, _next) = (new int[_rows.Length], new int[_rows.Length], _offsets[..^1]);
        _places = new List<RowPlace>(_rows.Length);
    }

    /// <summary>
    /// Orders the rows that refer to others, or are referred to. The order is that of their numbers but for rows that an earlier one needs,
    /// which come right before that one.
    /// </summary>
    /// <param name="references">Who refers to whom; a row that refers to itself waits for nobody.</param>
    public static IReadOnlyList<RowPlace> Sort(List<(int From, int To)> references)
    {
        var order = new ReferenceOrder(references);
        for (var i = 0; i < order._rows.Length; i++)
        {
            if (order._seen[i] == Unseen) order.Visit(i);
        }

        return order._places;
    }

    private void Visit(int first)
    {
        var path = new Stack<int>([first]);
        var (clock, before) = (0, _places.Count);
        while (path.TryPeek(out var row))
        {
            if (_seen[row] == Unseen)
            {
                _seen[row] = _low[row] = ++clock;
                _open.Add(row);
            }

            if (_next[row] < _offsets[row + 1])
            {
                var target = _targets[_next[row]++];
                if (_seen[target] == Unseen) path.Push(target);
                else if (_seen[target] != Placed) _low[row] = Math.Min(_low[row], _seen[target]);
                continue;
            }

            path.Pop();
            if (path.TryPeek(out var parent)) _low[parent] = Math.Min(_low[parent], _low[row]);
            if (_low[row] == _seen[row]) Close(row, _rows[first], _places.Count - before);
        }
    }

    // All that were opened since, and are no place of their own, are in a circle with the row.
    private void Close(int row, int anchor, int step)
    {
        var from = _open.LastIndexOf(row);
        foreach (var member in CollectionsMarshal.AsSpan(_open)[from..])
        {
            _seen[member] = Placed;
            _places.Add(new RowPlace(_rows[member], anchor, step));
        }

        _open.RemoveRange(from, _open.Count - from);
    }
}

/// <summary>A row's place in an order: by anchor first, then by step. Rows with one place are in a circle.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="Anchor">The number of the row that it comes with.</param>
/// <param name="Step">The place among those that come with it.</param>
internal readonly record struct RowPlace(int Row, int Anchor, int Step);
