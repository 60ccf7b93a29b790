using System.Text.Json;

namespace Serverless.InfraTests;

/// <summary>The resources that a parameter file deploys, with loops and conditions resolved.</summary>
internal sealed class Deployment
{
    private readonly JsonElement _root;

    public Deployment(string snapshot, string complaints) =>
        (_root, Complaints) = (JsonDocument.Parse(snapshot).RootElement.Clone(), complaints);

    /// <summary>The compiler's diagnostics.</summary>
    public string Complaints { get; }

    public JsonElement Outputs => _root.GetProperty("outputs");

    public IReadOnlyList<string> Diagnostics => [.. _root.GetProperty("diagnostics").EnumerateArray().Select(d => d.ToString())];

    public IReadOnlyList<JsonElement> Resources => [.. _root.GetProperty("predictedResources").EnumerateArray()];

    public IReadOnlyList<JsonElement> OfType(string type) =>
        [.. Resources.Where(r => string.Equals(r.GetProperty("type").GetString(), type, StringComparison.OrdinalIgnoreCase))];

    public JsonElement Single(string type) => Assert.Single(OfType(type));

    /// <summary>The settings of the app.</summary>
    public IReadOnlyDictionary<string, string> AppSettings => AppSettingsOf("app");

    /// <summary>A function app, by the name under which azd finds it.</summary>
    public JsonElement App(string service) => OfType("Microsoft.Web/sites")
        .Single(s => s.GetProperty("tags").GetProperty("azd-service-name").GetString() == service);

    /// <summary>The settings of a function app.</summary>
    public IReadOnlyDictionary<string, string> AppSettingsOf(string service) => OfType("Microsoft.Web/sites/config")
        .Single(r => NameOf(r) == $"{NameOf(App(service))}/appsettings")
        .GetProperty("properties").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);

    public static string NameOf(JsonElement resource) => resource.GetProperty("name").GetString()!;

    /// <summary>The last part of a child resource's name.</summary>
    public static string LeafOf(JsonElement resource) => NameOf(resource).Split('/')[^1];
}
