using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Serverless.Access;

/// <summary>
/// Tells callers apart. The Functions host has checked the key by then and does not say which it was, so the app looks for it where the
/// host does; of several places and identities the least role counts.
/// </summary>
internal sealed class CallerReader(IOptions<AccessSettings> settings)
{
    private const string KeyHeader = "x-functions-key", KeyParameter = "code";
    private const string NameHeader = "X-MS-CLIENT-PRINCIPAL-NAME", PrincipalHeader = "X-MS-CLIENT-PRINCIPAL";
    private const int MaxNameLength = 200;

    /// <summary>The caller of a request.</summary>
    public Caller Read(HttpRequest request)
    {
        var keys = request.Headers[KeyHeader].Concat(request.Query[KeyParameter]).OfType<string>().Where(k => k.Length > 0)
            .Select(OfKey).ToList();
        if (SignedIn(request) is { } person) return person with { Role = Least([person, .. keys]) };
        return keys.Count == 0 ? new Caller("local", AccessRole.Operate)
            : new Caller(string.Join(", ", keys.Select(k => k.Name).Distinct()), Least(keys));
    }

    private static AccessRole Least(IEnumerable<Caller> callers) => callers.Min(c => c.Role);

    private Caller OfKey(string key)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        foreach (var (name, grant) in settings.Value.Keys)
        {
            if (string.Equals(grant.Sha256, hash, StringComparison.OrdinalIgnoreCase)) return new Caller(name, grant.Role);
        }

        return new Caller("a key", AccessRole.Operate);
    }

    private Caller? SignedIn(HttpRequest request)
    {
        if (!settings.Value.SignIn || request.Headers[NameHeader] is not [{ Length: > 0 } name]) return null;
        var role = settings.Value.OperatorRole is { } wanted && !Roles(request).Contains(wanted) ? AccessRole.Read : AccessRole.Operate;
        return new Caller(name.Length > MaxNameLength ? name[..MaxNameLength] : name, role);
    }

    // Base64 of {"role_typ": "...", "claims": [{"typ": "roles", "val": "..."}]}, written by the platform.
    private static IEnumerable<string> Roles(HttpRequest request)
    {
        if (request.Headers[PrincipalHeader] is not [{ Length: > 0 } text]) return [];
        try
        {
            var principal = JsonSerializer.Deserialize<Principal>(Convert.FromBase64String(text), JsonSerializerOptions.Web);
            return principal?.Claims?.Where(c => c.Typ == "roles" || c.Typ == principal.RoleTyp).Select(c => c.Val).OfType<string>() ?? [];
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            // Whoever cannot be read has no role.
            return [];
        }
    }

    private sealed record Principal(
        [property: System.Text.Json.Serialization.JsonPropertyName("role_typ")] string? RoleTyp, IReadOnlyList<Claim>? Claims);

    private sealed record Claim(string? Typ, string? Val);
}
