using System.Text.Json;

namespace Serverless.Workflows.InputSchemas;

/// <summary>The rule that one keyword makes for a value.</summary>
internal delegate void SchemaRule(JsonElement value, string place, SchemaRun run);

/// <summary>A schema, or one within another: its rules.</summary>
internal sealed class SchemaNode(IReadOnlyList<SchemaRule> rules)
{
    /// <summary>Notes what is wrong with a value.</summary>
    public void Check(JsonElement value, string place, SchemaRun run)
    {
        if (!run.TryEnter(place)) return;
        foreach (var rule in rules) rule(value, place, run);
        run.Leave();
    }

    /// <summary>True when nothing is wrong with a value; nothing is noted.</summary>
    public bool Takes(JsonElement value, string place, SchemaRun run)
    {
        var before = run.Faults.Count;
        Check(value, place, run);
        var takes = run.Faults.Count == before;
        run.Faults.RemoveRange(before, run.Faults.Count - before);
        return takes;
    }
}

/// <summary>One check of an input: its faults, and what it may still cost.</summary>
internal sealed class SchemaRun
{
    // Alternatives within alternatives, and schemas that refer to themselves, multiply.
    private const int MaxSteps = 200_000;
    private const int MaxDepth = 300;
    private const int CharactersPerStep = 500;

    private int _left = MaxSteps;
    private int _depth;

    public List<(string Option, string Sentence)> Faults { get; } = [];

    /// <summary>It took more steps than it may: nothing is known.</summary>
    public bool IsExhausted => _left < 0;

    /// <summary>Pays for a text that is read.</summary>
    public bool TryChargeText(int length) => TryCharge(length / CharactersPerStep);

    /// <summary>Pays for steps.</summary>
    public bool TryCharge(int steps)
    {
        _left = _left < steps ? -1 : _left - steps;
        return !IsExhausted;
    }

    /// <summary>Something took longer than it may: nothing is known.</summary>
    public void GiveUp() => _left = -1;

    /// <summary>Enters a schema, for a value at a place: with long names in it, that costs as much as the value.</summary>
    public bool TryEnter(string place)
    {
        if (_depth == MaxDepth) _left = -1;
        if (!TryCharge(1) || !TryChargeText(place.Length)) return false;
        _depth++;
        return true;
    }

    public void Leave() => _depth--;
}
