using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>
/// Settings as the Functions host reads them. A host.json value is overridden by <c>AzureFunctionsJobHost__section__name</c>.
/// </summary>
internal sealed partial class HostSettings
{
    private const string OverridePrefix = "AzureFunctionsJobHost:";

    private HostSettings(IConfiguration app, IConfiguration host)
    {
        App = app;
        Host = host;
        FunctionTimeout = ReadTimeout(host["functionTimeout"]);
        RoutePrefix = host["extensions:http:routePrefix"]?.Trim('/') ?? "api";
    }

    /// <summary>
    /// The app's settings, as the worker sees them: overrides, environment, local.settings.json, defaults, in this order.
    /// </summary>
    public IConfiguration App { get; }

    /// <summary>host.json.</summary>
    public IConfiguration Host { get; }

    /// <summary>The part of host.json that belongs to an extension, such as <c>durableTask</c>.</summary>
    public IConfigurationSection GetExtension(string name) => Host.GetSection("extensions").GetSection(name);

    /// <summary>30 min, as on Azure, unless host.json says another; infinite for -1.</summary>
    public TimeSpan FunctionTimeout { get; }

    /// <summary>Before all routes of HTTP functions; without slashes around it, may be empty.</summary>
    public string RoutePrefix { get; }

    /// <exception cref="InvalidDataException">A file is not what it should be; the message names it.</exception>
    public static HostSettings Load(
        string root, IReadOnlyDictionary<string, string?> defaults, IReadOnlyDictionary<string, string?> overrides)
    {
        var values = LocalValues(Path.Combine(root, "local.settings.json"));
        var app = new ConfigurationBuilder().AddInMemoryCollection(defaults).AddInMemoryCollection(values).AddEnvironmentVariables()
            .AddInMemoryCollection(overrides).Build();
        var host = new ConfigurationBuilder();
        if (File.Exists(Path.Combine(root, "host.json")))
            host.AddJsonFile(Path.GetFullPath(Path.Combine(root, "host.json")), optional: false, reloadOnChange: false);
        host.AddInMemoryCollection(app.AsEnumerable()
            .Where(p => p.Value is not null && p.Key.StartsWith(OverridePrefix, StringComparison.OrdinalIgnoreCase))
            .Select(p => KeyValuePair.Create(p.Key[OverridePrefix.Length..], p.Value)));
        return new HostSettings(app, host.Build());
    }

    /// <summary>Adds app settings that win over all others.</summary>
    public void Override(IReadOnlyDictionary<string, string?> settings)
    {
        foreach (var (name, value) in settings) App[name] = value;
    }

    /// <summary>Replaces each <c>%Name%</c> by the app setting of that name.</summary>
    /// <exception cref="BindingFaultException">There is no such setting.</exception>
    public string Resolve(string text) => SettingName().Replace(text, match =>
        App[match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)]
            ?? throw new BindingFaultException($"{match.Value} names an app setting that does not exist."));

    /// <summary>The function is switched off by a setting, as on Azure.</summary>
    public bool IsDisabled(string function) =>
        bool.TryParse(App[$"AzureWebJobs.{function}.Disabled"] ?? App[$"AzureWebJobs_{function}_Disabled"], out var disabled) && disabled;

    private static TimeSpan ReadTimeout(string? text) => text switch
    {
        null => TimeSpan.FromMinutes(30),
        "-1" => Timeout.InfiniteTimeSpan,
        _ => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit > TimeSpan.Zero
            ? limit
            : throw new InvalidDataException($"host.json: functionTimeout '{text}' is neither hh:mm:ss nor -1."),
    };

    private static Dictionary<string, string?> LocalValues(string file)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(file)) return values;
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllText(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (json.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind == JsonValueKind.True)
                throw new InvalidDataException($"{file} is encrypted. Decrypt it with 'func settings decrypt'.");
            if (json.RootElement.TryGetProperty("Values", out var section))
            {
                // Names travel through environment variables on the real host, which cannot hold a colon everywhere.
                foreach (var value in section.EnumerateObject())
                    values[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ToString();
            }
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file} is not valid JSON: {e.Message}", e);
        }

        return values;
    }

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex SettingName();
}
