using System.Reflection;
using System.Security.Cryptography;

namespace Serverless.Dashboard;

/// <summary>The page's files as the build embedded them; none when it was built without Node.</summary>
internal static class DashboardFiles
{
    /// <summary>The page itself.</summary>
    public const string Page = "index.html";

    private const string Prefix = "dashboard/";
    private const string Hashed = "assets/";

    private static readonly (string Suffix, string Coding)[] Codings = [(".br", "br"), (".gz", "gzip")];

    private static readonly Lazy<IReadOnlyDictionary<string, DashboardFile>> Files = new(Read);

    /// <summary>Null when there is no such file.</summary>
    public static DashboardFile? Find(string path) => Files.Value.GetValueOrDefault(path);

    private static Dictionary<string, DashboardFile> Read()
    {
        var assembly = typeof(DashboardFiles).Assembly;
        var resources = assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(n => n[Prefix.Length..].Replace('\\', '/'), StringComparer.Ordinal);
        return resources.Keys.Where(name => !Codings.Any(c => name.EndsWith(c.Suffix, StringComparison.Ordinal)))
            .ToDictionary(name => name, name => Read(assembly, resources, name), StringComparer.Ordinal);
    }

    private static DashboardFile Read(Assembly assembly, Dictionary<string, string> resources, string name)
    {
        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal) { ["identity"] = Bytes(assembly, resources[name]) };
        foreach (var (suffix, coding) in Codings)
        {
            if (resources.TryGetValue(name + suffix, out var resource)) content[coding] = Bytes(assembly, resource);
        }

        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content["identity"]))[..20]}\"";
        return new DashboardFile(TypeOf(name), tag, name.StartsWith(Hashed, StringComparison.Ordinal), content);
    }

    private static byte[] Bytes(Assembly assembly, string resource)
    {
        using var stream = assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".json" => "application/json",
        _ => "application/octet-stream",
    };
}
