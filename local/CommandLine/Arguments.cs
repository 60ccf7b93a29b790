using System.Globalization;
using Serverless.Http;

namespace Serverless.Local.CommandLine;

/// <summary>A command's arguments. Reading one notes what is wrong with it; <see cref="Check"/> then reports all faults.</summary>
internal sealed class Arguments
{
    // A century in days: no clock is near its ends by then.
    private const int MaxDistance = 36_500;

    private readonly CommandSyntax _syntax;
    private readonly Dictionary<string, string?> _options = new(StringComparer.Ordinal);
    private readonly List<string> _positionals = [];
    private readonly List<string> _faults = [];

    public Arguments(CommandSyntax syntax, IReadOnlyList<string> arguments)
    {
        _syntax = syntax;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] == "--")
            {
                _positionals.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (arguments[i] is ['-', _, ..]) ReadOption(arguments, ref i);
            else _positionals.Add(arguments[i]);
        }

        CountPositionals();
    }

    public bool Has(string option) => _options.ContainsKey(option);

    public string? GetText(string option) => _options.GetValueOrDefault(option);

    public string? GetPositional(int index) => index < _positionals.Count ? _positionals[index] : null;

    /// <summary>All from one on: what a name such as <c>[ID...]</c> takes.</summary>
    public IReadOnlyList<string> ListPositionals(int from) => _positionals[Math.Min(from, _positionals.Count)..];

    public int? GetInteger(string option, int minimum, int maximum)
    {
        if (GetText(option) is not { } text) return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= minimum && number <= maximum) return number;
        Refuse(string.Create(CultureInfo.InvariantCulture, $"{option} must be a whole number from {minimum} to {maximum}, not '{text}'."));
        return null;
    }

    public double? GetRatio(string option)
    {
        if (GetText(option) is not { } text) return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1)
            return number;
        Refuse($"{option} must be a number from 0 to 1, not '{text}'.");
        return null;
    }

    public string? GetChoice(string option, params ReadOnlySpan<string> choices)
    {
        if (GetText(option) is not { } text) return null;
        if (choices.Contains(text)) return text;
        Refuse($"{option} must be one of {string.Join(", ", choices)}, not '{text}'.");
        return null;
    }

    /// <summary>A time as ISO 8601 writes it, or how far from now it is: <c>90s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
    /// <param name="option">The option.</param>
    /// <param name="now">From where a distance counts.</param>
    /// <param name="past">True counts it backwards.</param>
    public DateTimeOffset? GetTime(string option, DateTimeOffset now, bool past)
    {
        if (GetText(option) is not { } text) return null;
        if (Distance(text) is { } distance) return past ? now - distance : now + distance;
        if (UtcTime.TryParse(text, out var moment)) return moment;
        Refuse($"{option} must be a time such as 2026-01-31T12:00:00Z, or a distance such as 90s, 5m, 2h or 1d, not '{text}'.");
        return null;
    }

    public void Refuse(string fault) => _faults.Add(fault);

    /// <exception cref="UsageException">Something was at fault.</exception>
    public void Check()
    {
        if (_faults.Count > 0) throw new UsageException(_syntax.Name, _faults);
    }

    private void ReadOption(IReadOnlyList<string> arguments, ref int index)
    {
        var parts = arguments[index].Split('=', 2);
        var option = parts[0] == CommandSyntax.Verbose.Name
            ? CommandSyntax.Verbose : Array.Find(_syntax.Options, known => known.Name == parts[0]);
        if (option is null)
        {
            Refuse($"There is no option {parts[0]}.{Suggestion.For(parts[0], _syntax.Options.Select(known => known.Name))}");
            return;
        }

        string? value = null;
        if (parts.Length == 2) value = parts[1];
        else if (option.Value is not null && index + 1 < arguments.Count && !IsOption(arguments[index + 1])) value = arguments[++index];

        if (option.Value is null && value is not null) Refuse($"{option.Name} takes no value.");
        else if (option is { Value: not null, IsValueOptional: false } && value is null)
            Refuse($"{option.Name} needs a value: {option.Value}.");
        else if (!_options.TryAdd(option.Name, value)) Refuse($"{option.Name} is given twice.");
    }

    private static TimeSpan? Distance(string text)
    {
        if (text.Length < 2
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number > MaxDistance) return null;
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => null,
        };
    }

    private bool IsOption(string text) => text == CommandSyntax.Verbose.Name || Array.Exists(_syntax.Options, known => known.Name == text);

    private void CountPositionals()
    {
        foreach (var missing in _syntax.Positionals.Skip(_positionals.Count).Where(name => !name.StartsWith('[')))
            Refuse($"{missing} is missing.");
        if (_syntax.Positionals is [.., var last] && last.EndsWith("...]", StringComparison.Ordinal)) return;
        foreach (var extra in _positionals.Skip(_syntax.Positionals.Length)) Refuse($"'{extra}' is one argument too many.");
    }
}
