using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Workflows.Definitions;

/// <summary>Takes the members of one JSON object of a definition, and notes every fault with the place where it is.</summary>
internal sealed class StepReader(JsonElement json, string path, ValidationErrors faults)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The path of a member.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    public JsonElement? ReadElement(string name)
    {
        _taken.Add(name);
        return json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string? ReadText(string name, Regex? form = null, string? expectation = null, bool required = false, int maxLength = 1000)
    {
        if (ReadElement(name) is not { } value)
        {
            if (required) faults.Add(PathOf(name), "Is required.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= maxLength
            && form?.IsMatch(text) != false) return text;
        faults.Add(PathOf(name), expectation ?? $"Must be a string of 1 to {maxLength} characters.");
        return null;
    }

    public int? ReadInteger(string name, int minimum, int maximum, bool required = false)
    {
        if (ReadElement(name) is not { } value)
        {
            if (required) faults.Add(PathOf(name), "Is required.");
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= minimum && number <= maximum)
            return number;
        faults.Add(PathOf(name), string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from {minimum} to {maximum}."));
        return null;
    }

    public double? ReadNumber(string name, double minimum, double maximum)
    {
        if (ReadElement(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= minimum && number <= maximum)
            return number;
        faults.Add(PathOf(name), string.Create(CultureInfo.InvariantCulture, $"Must be a number from {minimum} to {maximum}."));
        return null;
    }

    public bool? ReadBoolean(string name)
    {
        if (ReadElement(name) is not { } value) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        faults.Add(PathOf(name), "Must be true or false.");
        return null;
    }

    public T? ReadChoice<T>(string name, bool required, params ReadOnlySpan<(string Word, T Value)> choices)
        where T : struct
    {
        if (ReadElement(name) is not { } value)
        {
            if (required) faults.Add(PathOf(name), "Is required.");
            return null;
        }

        foreach (var (word, choice) in choices)
        {
            if (value.ValueKind == JsonValueKind.String && value.ValueEquals(word)) return choice;
        }

        faults.Add(PathOf(name), $"Must be one of {string.Join(", ", choices.ToArray().Select(c => $"\"{c.Word}\""))}.");
        return null;
    }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string>? ReadWords(string name)
    {
        if (ReadElement(name) is not { } value) return null;
        IReadOnlyList<string?>? words = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Take(TaskTags.MaxCount + 1)
                .Select(w => w.ValueKind == JsonValueKind.String ? w.GetString() : null)]
            : null;
        if (words is null || TaskTags.FindFault(words) is not null)
            faults.Add(PathOf(name), words is null ? "Must be an array of words." : TaskTags.FindFault(words)!);
        return words is { Count: > 0 } ? words.OfType<string>().ToList() : null;
    }

    public Tolerance? ReadTolerance(string name)
    {
        if (ReadElement(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && Tolerance.TryFrom(value.GetDouble(), out var tolerance)) return tolerance;
        faults.Add(PathOf(name), "Must be a count of failures (a whole number), or a share of them (from 0 to 1).");
        return null;
    }

    /// <summary>The objects of an array, with their places.</summary>
    public IReadOnlyList<(JsonElement Json, string Path)> ReadObjects(string name, bool required)
    {
        if (ReadElement(name) is not { } value)
        {
            if (required) faults.Add(PathOf(name), "Is required.");
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            faults.Add(PathOf(name), "Must be an array with at least one step.");
            return [];
        }

        var objects = value.EnumerateArray().Select((e, i) => (Json: e, Path: $"{PathOf(name)}[{i}]")).ToList();
        foreach (var (_, at) in objects.Where(o => o.Json.ValueKind != JsonValueKind.Object)) faults.Add(at, "Must be an object.");
        return [.. objects.Where(o => o.Json.ValueKind == JsonValueKind.Object)];
    }

    /// <summary>Notes what nobody asked for: a misspelt member must not pass in silence.</summary>
    /// <param name="what">What the object is, with its article.</param>
    public void RefuseOthers(string what)
    {
        foreach (var member in json.EnumerateObject().Where(m => !_taken.Contains(m.Name)))
            faults.Add(
                PathOf(member.Name), $"{what} has no such member. It has: {string.Join(", ", _taken.Order(StringComparer.Ordinal))}.");
    }
}
