using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>Words what is wrong with JSON for who wrote it: the serializer speaks of types, which callers do not know.</summary>
internal static partial class JsonErrors
{
    /// <summary>Checks an object against a type's members, all of it at once.</summary>
    /// <exception cref="OptionsRefusedException">Members are unknown, or have values that they cannot have.</exception>
    public static void Check<T>(JsonElement json, JsonSerializerOptions options)
    {
        var faults = new ValidationErrors();
        var known = options.GetTypeInfo(typeof(T)).Properties;
        foreach (var member in json.EnumerateObject())
        {
            var property = known.FirstOrDefault(
                p => string.Equals(
                    p.Name, member.Name, options.PropertyNameCaseInsensitive
                        ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
            if (property is null)
            {
                faults.Add(
                    member.Name,
                    $"There is no such option. Options: {string.Join(", ", known.Select(p => p.Name).Order(StringComparer.Ordinal))}.");
                continue;
            }

            try
            {
                member.Value.Deserialize(property.PropertyType, options);
                if (member.Value.ValueKind == JsonValueKind.Null && property.IsSetNullable == false)
                    faults.Add(member.Name, $"Must be {Describe(property.PropertyType)}.");
            }
            catch (JsonException e)
            {
                faults.Add(
                    member.Name + (e.Path is { Length: > 1 } path ? path[1..] : ""), e.Path is { Length: > 1 }
                        ? Describe(e) : $"Must be {Describe(property.PropertyType)}.");
            }
        }

        if (faults.Any) throw new OptionsRefusedException(faults);
    }

    /// <summary>The fault as a sentence without types.</summary>
    public static string Describe(JsonException e)
    {
        var message = e.Message;
        if (Unknown().Match(message) is { Success: true } unknown) return $"There is no member '{unknown.Groups["name"].Value}'.";
        if (Missing().Match(message) is { Success: true } missing)
            return $"Members are missing: {missing.Groups["names"].Value.TrimEnd('.')}.";
        if (NotNull().Match(message) is { Success: true } empty) return $"'{empty.Groups["name"].Value}' must not be null.";
        if (Wrong().Match(message) is { Success: true } wrong) return $"{At(e)} must be {Describe(wrong.Groups["type"].Value)}.";
        if (message.Contains("type discriminator", StringComparison.Ordinal)) return $"{At(e)} is of a type that is not known.";

        // Where a text is no JSON, the serializer says so in words of JSON.
        return TypeName().IsMatch(message) ? $"{At(e)} has a form that cannot be read." : Locate(e);
    }

    /// <summary>Says where a value does not fit the type that is wanted, and what fits there.</summary>
    /// <param name="e">What the serializer found.</param>
    /// <param name="wanted">The type of the whole value.</param>
    /// <param name="options">How it is read.</param>
    public static string WordMisfit(JsonException e, Type wanted, JsonSerializerOptions options)
    {
        var path = e.Path ?? "$";
        return Wrong().IsMatch(e.Message) && FindType(wanted, path, options) is { } type
            ? $"at {path}: it must be {(options.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object ? "an object" : Describe(type))}."
            : $"at {path}: {Describe(e)}";
    }

    // The serializer names the type that the member is in where a constructor takes it.
    private static Type? FindType(Type type, string path, JsonSerializerOptions options)
    {
        foreach (Match step in PathStep().Matches(path))
        {
            var info = options.GetTypeInfo(type);
            var name = step.Groups["name"].Value;
            var inner = info.Kind == JsonTypeInfoKind.Object
                ? info.Properties.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))?.PropertyType
                : info.ElementType;
            if (inner is null) return null;
            type = inner;
        }

        return type;
    }

    // Lines and bytes are counted from 1, as editors do.
    private static string Locate(JsonException e)
    {
        var text = Position().Replace(e.Message, "").TrimEnd('.', ' ');
        return e is { LineNumber: { } line, BytePositionInLine: { } at }
            ? string.Create(CultureInfo.InvariantCulture, $"{text} (line {line + 1}, byte {at + 1}).") : $"{text}.";
    }

    private static string At(JsonException e) => e.Path is { Length: > 1 } path ? path : "The value";

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum) return $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}";
        if (type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IDictionary))) return "an object of strings";
        return Describe(type.ToString());
    }

    private static string Describe(string type)
    {
        if (type.Contains("Dictionary`2", StringComparison.Ordinal))
            return type.Contains("System.String,System.String", StringComparison.Ordinal)
                ? "an object whose values are strings" : "an object";
        if (type.Contains("List`1", StringComparison.Ordinal) || type.Contains("Enumerable`1", StringComparison.Ordinal)
            || type.Contains("[]", StringComparison.Ordinal))
            return type.Contains("System.String", StringComparison.Ordinal) ? "an array of strings" : "an array";
        return type switch
        {
            _ when type.Contains("Int", StringComparison.Ordinal) || type.Contains("System.Byte", StringComparison.Ordinal) =>
                "a whole number that is not too large",
            _
                when type.Contains("System.Double", StringComparison.Ordinal) || type.Contains("System.Decimal", StringComparison.Ordinal)
                    || type.Contains("System.Single", StringComparison.Ordinal) => "a number",
            _ when type.Contains("System.Boolean", StringComparison.Ordinal) => "true or false",
            _ when type.Contains("System.TimeSpan", StringComparison.Ordinal) =>
                "a number with s, m, h or d, such as \"90s\" or \"10m\"",
            _ when type.Contains("System.Date", StringComparison.Ordinal) => "an ISO 8601 time, such as \"2026-01-31T12:00:00Z\"",
            _ when type.Contains("System.String", StringComparison.Ordinal) => "a string",
            _ when type.Contains("System.Guid", StringComparison.Ordinal) => "a GUID",
            _ when type.Contains("System.Uri", StringComparison.Ordinal) => "an address",
            _ => "of another form",
        };
    }

    [GeneratedRegex("The JSON property '(?<name>[^']{0,100})[^']*' could not be mapped")]
    private static partial Regex Unknown();

    [GeneratedRegex("missing required properties,? including:? (?<names>[^.]*)")]
    private static partial Regex Missing();

    [GeneratedRegex("(?:property or field|constructor parameter|parameter) '(?<name>[^']*)' on type .* (?:null|doesn't allow)",
        RegexOptions.Singleline)]
    private static partial Regex NotNull();

    [GeneratedRegex(@"could not be converted to (?<type>.+?)\. Path:", RegexOptions.Singleline)]
    private static partial Regex Wrong();

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\['(?<name>[^']*)'\]|\[\d+\]")]
    private static partial Regex PathStep();

    [GeneratedRegex(@"(?: Path: \S+ \|)? LineNumber: \d+ \| BytePositionInLine: \d+\.?$")]
    private static partial Regex Position();

    [GeneratedRegex(@"\b(System|Serverless|Microsoft)\.[A-Z]|`\d|'[A-Z]\w+(\.[A-Z]\w+)+'")]
    private static partial Regex TypeName();
}

/// <summary>Options of a request are unknown, or have values that they cannot have.</summary>
internal sealed class OptionsRefusedException(ValidationErrors faults) : Exception("The request has invalid options."), IRefusal
{
    /// <inheritdoc/>
    public int Status => StatusCodes.Status400BadRequest;

    /// <inheritdoc/>
    public string Title => "The request has invalid options";

    /// <inheritdoc/>
    public IDictionary<string, string[]>? Errors { get; } = faults.ToErrors();
}
