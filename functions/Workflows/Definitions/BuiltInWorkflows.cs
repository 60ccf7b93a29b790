using System.Text.Json;
using Microsoft.Extensions.Logging;
using Serverless.Http;

namespace Serverless.Workflows.Definitions;

/// <summary>
/// Registers the definitions that come with the app, those that are new or changed: before the first use of any workflow, so that a host
/// that starts does not spend its first second on them.
/// </summary>
internal sealed class BuiltInWorkflows(WorkflowRegistrar registrar, ILogger<BuiltInWorkflows> logger)
{
    private const string Prefix = "workflows/";

    private readonly Lock _lock = new();
    private Task? _registration;

    /// <summary>The definitions, by name.</summary>
    public static IReadOnlyDictionary<string, JsonElement> Read()
    {
        var assembly = typeof(BuiltInWorkflows).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(
                n => Path.GetFileNameWithoutExtension(n[Prefix.Length..]),
                n =>
                {
                    using var stream = assembly.GetManifestResourceStream(n)!;
                    using var json = JsonDocument.Parse(stream, WorkflowJson.Strict);
                    return json.RootElement.Clone();
                },
                StringComparer.Ordinal);
    }

    /// <summary>Ends when they are registered, but for those that are at fault; a failure is tried again by the next caller.</summary>
    public Task WaitUntilRegisteredAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_registration is null || _registration.IsFaulted) _registration = RegisterAsync();
            return _registration.WaitAsync(cancellationToken);
        }
    }

    private async Task RegisterAsync()
    {
        foreach (var (name, json) in SortByDependency(Read()))
        {
            var faults = new ValidationErrors();
            await registrar.RegisterAsync(name, json, faults, CancellationToken.None);
            if (faults.Any)
                Logs.BuiltInRefused(
                    logger, name, string.Join("; ", faults.ToErrors().Select(f => $"{f.Key}: {string.Join(' ', f.Value)}")));
        }
    }

    /// <summary>Orders definitions: children come before those that run them, what is in a cycle last, to be refused.</summary>
    internal static IEnumerable<KeyValuePair<string, JsonElement>> SortByDependency(IReadOnlyDictionary<string, JsonElement> definitions)
    {
        var left = definitions.OrderBy(d => d.Key, StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var ready = left.FindIndex(d => !ListChildren(d).Any(child => child != d.Key && left.Exists(o => o.Key == child)));
            yield return left[Math.Max(ready, 0)];
            left.RemoveAt(Math.Max(ready, 0));
        }
    }

    // Its faults are found when it is registered.
    private static IEnumerable<string> ListChildren(KeyValuePair<string, JsonElement> definition) =>
        new DefinitionReader(new ValidationErrors()).Read(definition.Value, definition.Key).ListSteps()
            .Select(s => s.Workflow).OfType<string>();
}
