using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using Serverless.Local.Runtime;
using Serverless.TestSupport;

namespace Serverless.InfraTests.Architecture;

/// <summary>The layers of the app and of the local host: what docs/architecture.md draws, held against the compiled code.</summary>
public sealed class LayerTests
{
    /// <summary>The folders of <c>functions/</c>: a layer uses only itself and those above it.</summary>
    private static readonly string[][] AppLayers =
    [
        ["Http", "Storage", "Orchestrations", "Rendering", "Resilience", "CsvParsing", "JmesPath", "Access", "Timers"],
        ["Messaging"],
        ["Monitoring"],
        ["Tasks"],
        ["Jobs"],
        ["DeadLetters", "Files", "Workflows", "Csv", "CsvJobs", "Email", "Notifications", "Media", "Schedules"],
        ["CsvPipeline", "Reports", "Alarms", "Cleanup", "Dashboard", "Examples"],
        ["OpenApi"],
    ];

    private static readonly ArchUnitNET.Domain.Architecture Code =
        new ArchLoader().LoadAssemblies(typeof(ServerlessServices).Assembly, typeof(LocalFunctionsHost).Assembly).Build();

    private static readonly IReadOnlyList<Use> Uses = [.. Code.Types.Where(IsOurs).SelectMany(UsesOf).Distinct()];

    [Fact]
    public void Folders_OfTheApp_AreAllInTheList()
    {
        var folders = Code.Types.Where(IsOurs).Select(t => t.Namespace.FullName).Where(n => !IsLocal(n)).Select(TopFolder).OfType<string>()
            .Distinct();

        Assert.Equal(AppLayers.SelectMany(l => l).Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Layers_OfTheApp_UseOnlyThoseAbove()
    {
        var wrong = Uses.Where(u => !IsLocal(u.From) && Layer(u.From) is { } from && Layer(u.To) is { } to && to > from);

        AssertNone(wrong.Select(u => u.ToString()));
    }

    [Fact]
    public void Layers_InTheDocument_AreThoseOfTheList()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .SkipWhile(l => !l.StartsWith("| Layer |", StringComparison.Ordinal)).Skip(2).TakeWhile(l => l.StartsWith('|'))
            .Select(l => l.Split('|')[2].Split('`', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(folder => folder.Length > 0)).Take(AppLayers.Length);

        Assert.Equal(AppLayers, rows);
    }

    [Fact]
    public void App_OfTheLocalHost_KnowsNothing() =>
        AssertNone(Uses.Where(u => !IsLocal(u.From) && IsLocal(u.To)).Select(u => u.ToString()));

    [Fact]
    public void Runtime_OfTheApp_KnowsNothing() =>
        AssertNone(
            Uses.Where(
                u => u.From.StartsWith("Serverless.Local.Runtime", StringComparison.Ordinal)
                    && !u.To.StartsWith("Serverless.Local.", StringComparison.Ordinal))
            .Select(u => u.ToString()));

    /// <summary>
    /// Siblings at any level; a folder's own files are its model and its composition, so it and its subfolders may know each other.
    /// </summary>
    [Fact]
    public void Folders_AtAnyLevel_HaveNoCircles()
    {
        var edges = Uses.Select(Siblings).OfType<(string From, string To)>().Distinct().ToLookup(e => e.From, e => e.To);

        AssertNone(edges.Select(e => e.Key).Where(folder => Reachable(folder, edges).Contains(folder)).Order(StringComparer.Ordinal));
    }

    // In full: a collection is shown with its first members only.
    private static void AssertNone(IEnumerable<string> faults)
    {
        var text = string.Join('\n', faults);
        Assert.True(text.Length == 0, text);
    }

    private static IEnumerable<Use> UsesOf(IType type) => type.Dependencies
        .Select(d => d.Target).Where(target => target is not GenericParameter && IsOurs(target))
            .Select(target => new Use(type.Namespace.FullName, target.Namespace.FullName, type.Name, target.Name))
        .Where(u => u.From != u.To);

    private static bool IsOurs(IType type) => type.Namespace?.FullName.StartsWith("Serverless", StringComparison.Ordinal) == true;

    private static bool IsLocal(string ns) => ns.StartsWith("Serverless.Local", StringComparison.Ordinal);

    private static string? TopFolder(string ns) => ns.Split('.').ElementAtOrDefault(1);

    private static int? Layer(string ns) =>
        Array.FindIndex(AppLayers, l => l.Contains(TopFolder(ns))) is var index && index >= 0 ? index : null;

    // The two folders below the nearest one that both lie in.
    private static (string From, string To)? Siblings(Use use)
    {
        var (from, to) = (use.From.Split('.'), use.To.Split('.'));
        var common = from.Zip(to).TakeWhile(p => p.First == p.Second).Count();
        return common == from.Length || common == to.Length
            ? null
            : (string.Join('.', from.Take(common + 1)), string.Join('.', to.Take(common + 1)));
    }

    private static HashSet<string> Reachable(string start, ILookup<string, string> edges)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(edges[start]);
        while (open.TryPop(out var folder))
        {
            if (found.Add(folder)) foreach (var next in edges[folder]) open.Push(next);
        }

        return found;
    }

    private sealed record Use(string From, string To, string FromType, string ToType)
    {
        public override string ToString() => $"{From}.{FromType} uses {To}.{ToType}";
    }
}
