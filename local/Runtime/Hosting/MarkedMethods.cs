using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>
/// The methods of an assembly that carry <see cref="FunctionAttribute"/>, found in its file's table of attributes: an app has ten thousand
/// methods, and to look at each by reflection takes longer than all else that the host does with its functions at the start.
/// </summary>
internal static class MarkedMethods
{
    public static IReadOnlyList<MethodInfo> In(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        return
        [
            .. from handle in reader.CustomAttributes
               let attribute = reader.GetCustomAttribute(handle)
               where attribute.Parent.Kind == HandleKind.MethodDefinition && IsMark(reader, attribute.Constructor)
               select (MethodInfo)assembly.ManifestModule.ResolveMethod(MetadataTokens.GetToken(attribute.Parent))!,
        ];
    }

    private static bool IsMark(MetadataReader reader, EntityHandle constructor)
    {
        if (constructor.Kind != HandleKind.MemberReference) return false;
        var type = reader.GetMemberReference((MemberReferenceHandle)constructor).Parent;
        if (type.Kind != HandleKind.TypeReference) return false;
        var name = reader.GetTypeReference((TypeReferenceHandle)type);
        return reader.StringComparer.Equals(name.Name, nameof(FunctionAttribute))
            && reader.StringComparer.Equals(name.Namespace, typeof(FunctionAttribute).Namespace!);
    }
}
