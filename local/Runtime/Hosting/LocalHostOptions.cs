using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>The functions that a local host runs, and its addresses.</summary>
public sealed record LocalHostOptions
{
    /// <summary>All functions of these assemblies.</summary>
    public IReadOnlyList<Assembly> Assemblies { get; init; } = [];

    /// <summary>The functions of these classes, beside those of <see cref="Assemblies"/>.</summary>
    public IReadOnlyList<Type> FunctionTypes { get; init; } = [];

    /// <summary>The file of the host's database; made if it is not there.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The folder of host.json and local.settings.json. Both may be missing. Default: the program's folder.</summary>
    public string AppRoot { get; init; } = AppContext.BaseDirectory;

    /// <summary>The port on 127.0.0.1; 0: the system chooses one. Default: 7071.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Names that requests may be addressed to, and pages may come from, besides this machine's own. Default: none.</summary>
    public IReadOnlyCollection<string> AllowedHosts { get; init; } = [];

    /// <summary>The path that <c>/</c> leads a browser to, such as <c>/api/dashboard/</c>; null: there is nothing. Default: null.</summary>
    public string? HomePage { get; init; }

    /// <summary>The app's services, given its settings (environment and local.settings.json), as the worker sees them.</summary>
    public Action<IServiceCollection, IConfiguration>? ConfigureServices { get; init; }

    /// <summary>The target of logs; by default there is none. Levels come from host.json.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>App settings that win over local.settings.json and the environment; <c>:</c> separates sections.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>
    /// App settings that are known only when what the functions need has started, such as a broker; they win like <see cref="Settings"/>.
    /// The host builds the app meanwhile, and listens to nothing before. Default: none.
    /// </summary>
    public Task<IReadOnlyDictionary<string, string?>>? LateSettings { get; init; }

    /// <summary>
    /// App settings that local.settings.json, the environment and <see cref="Settings"/> win over: what a deployment would set.
    /// </summary>
    public IReadOnlyDictionary<string, string?> DefaultSettings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The clock of schedules, timers, locks and time limits. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The time that a stop waits for what runs. Default: 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
